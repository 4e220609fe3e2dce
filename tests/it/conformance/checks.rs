//! Checks that a scenario skips when the server lacks something, and passes all the same.

/// What has to have succeeded in a scenario, by the ids of its checks.
pub(super) fn of(scenario: &str) -> &'static [&'static str] {
    let mut all = TASKS.iter().chain(OTHERS);
    all.find(|(name, _)| *name == scenario).map_or(&[], |(_, checks)| checks)
}

const OTHERS: &[(&str, &[&str])] = &[
    (
        "server-stateless",
        &[
            "sep-2575-http-server-no-independent-requests-on-stream",
            "sep-2575-server-no-log-without-loglevel",
            "sep-2575-server-sends-subscription-ack",
            "sep-2575-server-tags-subscription-id",
            "sep-2575-server-honors-notification-filter",
            "sep-2575-server-sends-prompts-list-changed-on-subscription",
            "sep-2575-server-sends-tools-list-changed-on-subscription",
        ],
    ),
    (
        "server-sse-polling",
        &["server-sse-priming-event", "server-sse-retry-field", "server-sse-disconnect-resume"],
    ),
];

/// The scenarios for tasks. `tasks-status-notifications` is not here: the suite skips it always.
pub(super) const TASKS: &[(&str, &[&str])] = &[
    (
        "tasks-lifecycle",
        &[
            "tasks-sync-tool-call",
            "sep-2663-result-type-task-on-create",
            "sep-2663-tasks-get-status-working",
            "sep-2663-tasks-get-status-completed",
            "sep-2663-tool-error-uses-completed-status",
            "sep-2663-tasks-get-status-failed",
            "sep-2663-cancel-ack-empty-result",
            "tasks-cancel-terminal-idempotent-ack",
        ],
    ),
    (
        "tasks-capability-negotiation",
        &[
            "tasks-extension-advertised",
            "sep-2663-tasks-methods-non-declaring",
            "sep-2663-server-rejects-undeclared-client",
            "tasks-per-request-meta-opt-in",
        ],
    ),
    (
        "tasks-wire-fields",
        &[
            "tasks-wire-field-renames",
            "tasks-no-early-ttl-expiry",
            "tasks-no-related-task-meta-on-inlined-result",
        ],
    ),
    (
        "tasks-request-state-removal",
        &["tasks-create-result-no-request-state", "tasks-get-detailed-no-request-state"],
    ),
    (
        "tasks-mrtr-input",
        &[
            "sep-2663-tasks-get-status-input-required",
            "tasks-mrtr-tasks-update-resumes",
            "tasks-mrtr-partial-fulfillment",
        ],
    ),
    (
        "tasks-request-headers",
        &[
            "tasks-headers-tolerate-mcp-method-on-tools-call",
            "sep-2663-routing-headers-accepted-on-tasks-get",
            "tasks-headers-reject-mismatched-method",
            "sep-2663-server-rejects-mismatched-mcp-name-on-tasks-get",
        ],
    ),
    (
        "tasks-dispatch-and-envelope",
        &[
            "sep-2663-tasks-result-removed-method-not-found",
            "tasks-removed-tasks-list",
            "tasks-server-directed-creation-no-hint",
            "sep-2663-legacy-task-param-ignored",
            "tasks-immediate-result-shortcut",
            "tasks-result-type-complete-on-non-task-responses",
            "sep-2663-durable-create-strong-consistency",
            "sep-2663-tasks-get-invalid-task-id-32602",
        ],
    ),
    (
        "tasks-required-task-error",
        &[
            "sep-2663-server-returns-missing-capability-when-required",
            "sep-2663-server-returns-missing-capability-data-shape",
        ],
    ),
    ("tasks-mrtr-composition", &["sep-2663-mrtr-synchronous-before-task-creation"]),
];
