-- Least privilege, re-applied with the functions. Nobody but the owner can update or delete history:
-- the services read tables and execute the functions named here, which run with the owner's rights.

revoke all on all tables in schema bursar from bursar_ingress, bursar_worker, bursar_auditor;
grant select on all tables in schema bursar to bursar_ingress, bursar_worker, bursar_auditor;
grant usage on schema bursar to bursar_ingress, bursar_worker, bursar_auditor;
grant select on public.bursar_migrations to bursar_ingress, bursar_worker, bursar_auditor;
-- Who is signed in, and as whom a provider knows people, is for nobody to look through.
revoke select on bursar.sessions, bursar.identities from bursar_ingress, bursar_worker, bursar_auditor;
revoke execute on all functions in schema bursar from public, bursar_ingress, bursar_worker, bursar_auditor;

-- Detached months are read through the views of history.
grant usage on schema bursar_archive to bursar_auditor;

-- What reads need.
grant execute on function bursar.credits_text, bursar.public_id, bursar.instant_text, bursar.spendable_lots,
  bursar.available_credits, bursar.pricing_summary, bursar.charge_summary, bursar.purchase_summary, bursar.request_summary, bursar.hold_summary,
  bursar.period_start, bursar.period_end,
  bursar.event_type_of, bursar.hears, bursar.audience_of, bursar.hold_life_limit,
  bursar.version_from, bursar.organization_deletion_report, bursar.is_closed, bursar.goes_on, bursar.is_held_back
  to bursar_ingress, bursar_worker, bursar_auditor;

-- What moves credits belongs to the worker alone.
grant execute on function bursar.apply_charges, bursar.apply_grant, bursar.apply_transfer, bursar.start_allocation,
  bursar.continue_allocation, bursar.apply_reversal, bursar.apply_hold_commands,
  bursar.remove_member, bursar.request_credits, bursar.approve_request, bursar.close_request,
  bursar.open_purchase, bursar.attach_checkout, bursar.refuse_purchase, bursar.settle_free_purchase,
  bursar.fulfil_purchase, bursar.close_purchase, bursar.review_purchase, bursar.take_back_purchase,
  bursar.remember_customer, bursar.settle_stripe_event, bursar.due_expiries, bursar.is_parked, bursar.expire_wallets, bursar.expire_holds, bursar.park_expiry, bursar.forget_previews, bursar.mark_relayed, bursar.forget_facts,
  bursar.make_partitions, bursar.detach_partitions,
  bursar.deliver_fact, bursar.mark_mailed, bursar.warn_expiring, bursar.store_preview,
  bursar.claim_webhook_deliveries, bursar.record_webhook_attempt, bursar.forget_webhook_deliveries
  to bursar_worker;
grant execute on function bursar.allocation_preview, bursar.recall_preview, bursar.undo_allocation, bursar.continue_recall, bursar.give_default,
  bursar.retry_entitlement, bursar.assign_seat, bursar.revoke_seat, bursar.expire_requests, bursar.run_rule,
  bursar.forget_recipients, bursar.delete_organization
  to bursar_worker;

-- The directory is answered at once, so the ingress writes it; none of this moves credits.
grant execute on function bursar.put_user, bursar.put_organization, bursar.set_organization_settings,
  bursar.set_overdraft_limit, bursar.set_soft_landing_limit, bursar.put_member, bursar.suspend_member, bursar.reinstate_member,
  bursar.insert_api_key, bursar.rotate_api_key, bursar.set_rate_limit, bursar.revoke_api_key,
  bursar.add_rate_points, bursar.record_stripe_event,
  bursar.mark_notifications_read, bursar.put_price, bursar.retire_price, bursar.put_budget, bursar.delete_budget
  to bursar_ingress;

grant execute on function bursar.transfer_ownership, bursar.invite, bursar.resend_invitation, bursar.revoke_invitation,
  bursar.accept_invitation, bursar.delete_user to bursar_ingress;
grant execute on function bursar.sign_in, bursar.find_identity, bursar.begin_session, bursar.use_session, bursar.end_session,
  bursar.end_sessions_of to bursar_ingress;
grant execute on function bursar.forget_sessions to bursar_worker;
grant execute on function bursar.invitation_to_mail, bursar.mark_invitation_mailed to bursar_worker;

-- Plans are the directory's; who is subscribed, and what that brings, follows from what Stripe said.
grant execute on function bursar.put_plan, bursar.retire_plan to bursar_ingress;
grant execute on function bursar.open_subscription, bursar.attach_subscription_checkout, bursar.refuse_subscription,
  bursar.close_subscription_checkout, bursar.mirror_subscription, bursar.settle_invoice, bursar.take_back_invoice,
  bursar.plan_terms, bursar.begin_subscription_change, bursar.finish_subscription_change
  to bursar_worker;
grant execute on function bursar.declare_settings to bursar_ingress, bursar_worker;
grant execute on function bursar.finish_errand, bursar.note_errand to bursar_worker;
grant execute on function bursar.take_answer to bursar_ingress;
grant execute on function bursar.subscription_summary, bursar.plan_seats, bursar.times_quantity, bursar.goes_on to bursar_ingress, bursar_worker, bursar_auditor;

-- Addresses that events are sent to, and what is to be sent again.
grant execute on function bursar.create_webhook, bursar.update_webhook, bursar.rotate_webhook_secret,
  bursar.delete_webhook, bursar.test_webhook, bursar.replay_webhook_delivery, bursar.replay_webhook_range
  to bursar_ingress;

-- What people want to be told.
grant execute on function bursar.mute_notices, bursar.mute_webhooks, bursar.set_low_balance, bursar.touch_api_keys to bursar_ingress;
grant execute on function bursar.keep_recipients, bursar.put_rule, bursar.delete_rule to bursar_ingress;
grant execute on function bursar.start_simulation, bursar.continue_simulation, bursar.forget_simulated to bursar_worker;

-- Auto top-up: people say when to buy, the worker buys.
grant execute on function bursar.put_auto_top_up to bursar_ingress;
grant execute on function bursar.begin_top_up, bursar.settle_top_up, bursar.request_due_top_ups, bursar.pause_auto_top_up,
  bursar.mirror_payment_method, bursar.forget_payment_method, bursar.choose_default_card, bursar.finish_card_command,
  bursar.top_up_attempt_summary
  to bursar_worker;
grant execute on function bursar.topped_up_in_month, bursar.top_up_card, bursar.armed_below
  to bursar_ingress, bursar_worker, bursar_auditor;
-- What becomes of orders.
grant execute on function bursar.adopt_checkout, bursar.await_purchase_funds, bursar.cancel_purchase,
  bursar.finish_cancellation to bursar_worker;
-- Comparing with Stripe: the worker runs and books, operators ask for runs and close cases.
grant execute on function bursar.book_cash, bursar.known_payments, bursar.settled_cash, bursar.cash_differences, bursar.uncleared_cash,
  bursar.cash_opening, bursar.cash_days, bursar.bill_sales,
  bursar.ask_reconciliation, bursar.begin_reconciliation, bursar.note_reconciliation, bursar.finish_reconciliation,
  bursar.forget_reconciliations, bursar.record_findings, bursar.settle_findings, bursar.close_unfound,
  bursar.backfill_stripe_events, bursar.reopen_stripe_event, bursar.take_back_differences,
  bursar.note_promotion_use, bursar.promotion_counts, bursar.known_discounts, bursar.stale_reservations,
  bursar.release_stale_reservation, bursar.overused_bonus_codes, bursar.granted_bills, bursar.rebuild_purchase
  to bursar_worker;
-- Auditing: the worker runs, operators ask.
grant execute on function bursar.ask_audit, bursar.begin_audit, bursar.note_audit, bursar.finish_audit to bursar_worker;
grant execute on function bursar.ask_audit to bursar_ingress;
grant execute on function bursar.ask_reconciliation, bursar.resolve_case, bursar.retry_case, bursar.approve_purchase,
  bursar.dismiss_purchase to bursar_ingress;
grant execute on function bursar.bonus_offer, bursar.reserve_bonus, bursar.start_refund, bursar.finish_refund,
  bursar.refuse_refund, bursar.mirror_refunds, bursar.record_payment_failure, bursar.forget_payment_failures,
  bursar.record_payment_warning, bursar.clear_payment_warning to bursar_worker;
grant execute on function bursar.put_bonus_code, bursar.disable_bonus_code, bursar.clear_payment_warnings_of
  to bursar_ingress;
grant execute on function bursar.refund_summary, bursar.codes_frozen to bursar_ingress, bursar_worker, bursar_auditor;
