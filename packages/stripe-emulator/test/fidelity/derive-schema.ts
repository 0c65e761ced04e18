import { Project, ts } from 'ts-morph';

/** A JSON schema, as far as the walker below writes one. */
export type Schema = Record<string, unknown>;

export interface ApiSchema {
  /** Every named type, closed: what a type does not mention is not allowed. */
  defs: Record<string, Schema>;
  /** Names in `defs` by the `object` of the API, deleted objects apart as `customer:deleted`. */
  roots: Record<string, string>;
}

/**
 * Derives strict JSON schemas of all API objects from the SDK's own type declarations: whatever
 * the types require must be there, and nothing else may be. Enumerations are closed, too: the SDK
 * leaves them open for versions to come, but the emulator renders one version.
 */
export function deriveSchema(declarationFiles: readonly string[]): ApiSchema {
  // The library's own project brings the standard types along; without them every enum is `any`.
  const project = new Project({
    compilerOptions: {
      exactOptionalPropertyTypes: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      skipLibCheck: true,
      strict: true,
      target: ts.ScriptTarget.ES2022,
      types: [],
    },
  });
  project.addSourceFilesAtPaths([...declarationFiles]);
  const program = project.getProgram().compilerObject;
  const walker = new Walker(program.getTypeChecker());
  const roots: Record<string, string> = {};
  for (const file of declarationFiles) {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`The compiler did not read ${file}.`);
    for (const type of walker.interfacesOf(source)) {
      const name = walker.objectName(type);
      if (name !== undefined) roots[name] = walker.define(type);
    }
  }
  return { defs: walker.defs, roots };
}

class Walker {
  readonly defs: Record<string, Schema> = {};
  readonly #checker: ts.TypeChecker;
  readonly #names = new Map<ts.Type, string>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** The interfaces of a file, those in its namespaces included. */
  *interfacesOf(node: ts.Node): IterableIterator<ts.Type> {
    if (ts.isInterfaceDeclaration(node)) yield this.#checker.getTypeAtLocation(node.name);
    const children: ts.Node[] = [];
    node.forEachChild((child) => {
      if (ts.isInterfaceDeclaration(child) || ts.isModuleDeclaration(child)) children.push(child);
      if (ts.isModuleBlock(child)) children.push(child);
    });
    for (const child of children) yield* this.interfacesOf(child);
  }

  /** `charge` for a type whose `object` is that literal; undefined for parts and parameters. */
  objectName(type: ts.Type): string | undefined {
    const object = type.getProperty('object');
    if (!object || type.getProperty('id') === undefined) return undefined;
    const literal = this.#checker.getTypeOfSymbol(object);
    if (!literal.isStringLiteral()) return undefined;
    const deleted = type.getProperty('deleted');
    // Some types only mention that they are not the deleted kind.
    const isDeleted = deleted && !(deleted.flags & ts.SymbolFlags.Optional);
    return isDeleted ? `${literal.value}:deleted` : literal.value;
  }

  /** Puts a type among the definitions, once, and returns its name there. */
  define(type: ts.Type): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const name = `${type.getSymbol()?.name ?? 'shape'}.${this.#names.size}`;
    // The name comes first, since types refer to themselves.
    this.#names.set(type, name);
    this.defs[name] = this.#objectSchema(type);
    return name;
  }

  #schemaOf(type: ts.Type): Schema {
    if (type.isUnion()) return this.#unionSchema(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    const { flags } = type;
    if (flags & ts.TypeFlags.BooleanLiteral)
      return { const: this.#checker.typeToString(type) === 'true' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (flags & ts.TypeFlags.String) return { type: 'string' };
    if (flags & ts.TypeFlags.Number) return { type: 'number' };
    if (flags & ts.TypeFlags.Unknown) return {};
    if (this.#isText(type)) return { type: 'string' };
    if (this.#checker.isArrayType(type)) return this.#arraySchema(type);
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))
      return { $ref: `#/$defs/${this.define(type)}` };
    throw new Error(`The walker does not know the type ${this.#checker.typeToString(type)}.`);
  }

  #unionSchema(type: ts.UnionType): Schema {
    const members = type.types.filter(
      (member) => !(member.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void)),
    );
    const literals = members.filter((member) => member.isStringLiteral());
    // Text next to named values only says that later versions may have more of them.
    const closed =
      literals.length > 0 ? members.filter((member) => !this.#isText(member)) : members;
    const values = closed.flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
    const others = closed.filter((member) => !member.isStringLiteral());
    const schemas = others.map((member) => this.#schemaOf(member));
    if (values.length > 0) schemas.unshift({ enum: values });
    const [only] = schemas;
    return only && schemas.length === 1 ? only : { anyOf: schemas };
  }

  /** The SDK's stand-in for values to come, and its Decimal, are plain text on the wire. */
  #isText(type: ts.Type): boolean {
    if (!type.isIntersection()) return false;
    return type.types.some(
      (member) =>
        Boolean(member.flags & ts.TypeFlags.String) || member.getSymbol()?.name === 'DecimalImpl',
    );
  }

  #arraySchema(type: ts.Type): Schema {
    const item = this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    return { type: 'array', ...(item ? { items: this.#schemaOf(item) } : {}) };
  }

  #objectSchema(type: ts.Type): Schema {
    const index = this.#checker.getIndexInfoOfType(type, ts.IndexKind.String);
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of this.#checker.getPropertiesOfType(type)) {
      properties[property.name] = this.#schemaOf(this.#checker.getTypeOfSymbol(property));
      if (!(property.flags & ts.SymbolFlags.Optional)) required.push(property.name);
    }
    const additionalProperties = index ? this.#schemaOf(index.type) : false;
    return { type: 'object', properties, required, additionalProperties };
  }
}
