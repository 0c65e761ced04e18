/** What may happen to the deliveries of chosen events, whatever the mode. */
export const PLAN_ACTIONS = ['drop', 'duplicate', 'delay', 'stale'] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

export interface DeliveryPlan {
  /** An event type, or `*`. */
  type: string;
  /** `stale` shows the object as it was before; the event that the API has is right all the same. */
  action: PlanAction;
  /** How many deliveries it strikes before it is used up. */
  times: number;
  /** How often `duplicate` sends one. */
  copies: number;
  /** How long `delay` holds one back, on the emulator's clock. */
  delay_seconds: number;
}

/** The plans that tests have made, in the order in which they were made. */
export class DeliveryPlans {
  #plans: DeliveryPlan[] = [];

  add(plan: DeliveryPlan): DeliveryPlan {
    this.#plans.push(plan);
    return plan;
  }

  list(): readonly DeliveryPlan[] {
    return this.#plans;
  }

  clear(): void {
    this.#plans = [];
  }

  /** The first plan for this type; each use counts. */
  take(type: string): DeliveryPlan | undefined {
    const index = this.#plans.findIndex((plan) => plan.type === '*' || plan.type === type);
    const plan = this.#plans[index];
    if (!plan) return undefined;
    this.#plans = this.#plans.flatMap((other) => {
      if (other !== plan) return other;
      return plan.times > 1 ? { ...plan, times: plan.times - 1 } : [];
    });
    return plan;
  }
}
