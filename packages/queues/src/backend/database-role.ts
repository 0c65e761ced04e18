/** Role names become part of a command line and of grants, where nothing can be bound. */
export function checkedRole(role: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(role)) {
    throw new Error(`The database role "${role}" must be lower-case letters, digits and "_".`);
  }
  return role;
}
