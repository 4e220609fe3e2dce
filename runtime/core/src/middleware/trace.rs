//! Spans around requests.

use serde_json::value::RawValue;
use tracing::field::{Empty, display};
use tracing::{Instrument, Span};

use super::{Middleware, Next, Request, Response};
use crate::BoxFuture;
use crate::context::{Context, TraceContext};
use crate::error::ProtocolError;
use crate::frame::Params;

/// Longest text from a peer that goes into a span, in characters.
const LONGEST: usize = 128;

/// Puts every request into a [`tracing`] span, with the attributes that OpenTelemetry names for
/// MCP servers: `mcp.method.name`, `mcp.protocol.version`, `mcp.resource.uri`,
/// `jsonrpc.request.id`, `gen_ai.operation.name`, `gen_ai.tool.name`, `gen_ai.prompt.name`,
/// `error.type` and `rpc.response.status_code`. `otel.name`, `otel.kind` and `otel.status_code` are
/// what `tracing-opentelemetry` makes of a span its name, its kind and its status.
///
/// The caller's [`TraceContext`] is in the fields `traceparent` and `tracestate`, and from here on
/// in [`Context::trace_context`]. Neither arguments nor results are recorded, and session ids are
/// not, because who knows one has the session.
///
/// Add it first, so that the span is around all other middleware.
///
/// ```
/// use toolwright_core::Server;
/// use toolwright_core::middleware::Trace;
///
/// let server = Server::new("shop", "1.0.0").middleware(Trace::new());
/// # server.build().unwrap();
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Trace;

impl Trace {
    /// Spans at the level `INFO`.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Middleware for Trace {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        let params = Params::read(request.params().map(RawValue::get));
        if let Some(trace) = TraceContext::read(params.meta) {
            cx.set_trace_context(trace);
        }
        let span = span(cx, request, &params);
        Box::pin(async move {
            let answer = next.run(cx, request).instrument(span.clone()).await;
            record(&span, &answer);
            answer
        })
    }
}

fn span(cx: &Context, request: Request<'_>, params: &Params<'_>) -> Span {
    let method = request.method();
    let span = tracing::info_span!(
        "request",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        mcp.method.name = method,
        mcp.protocol.version = cx.revision().as_str(),
        mcp.resource.uri = Empty,
        jsonrpc.request.id = cut(&cx.request_id().to_string()),
        gen_ai.operation.name = Empty,
        gen_ai.tool.name = Empty,
        gen_ai.prompt.name = Empty,
        rpc.response.status_code = Empty,
        "error.type" = Empty,
        traceparent = Empty,
        tracestate = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    let text = |raw: Option<&RawValue>| {
        let text: Option<String> = raw.and_then(|raw| serde_json::from_str(raw.get()).ok());
        text.map(|text| cut(&text).to_owned())
    };
    let target = match method {
        "tools/call" => {
            span.record("gen_ai.operation.name", "execute_tool");
            request.tool().map(|tool| cut(tool).to_owned()).inspect(|tool| {
                span.record("gen_ai.tool.name", tool.as_str());
            })
        }
        "prompts/get" => text(params.name).inspect(|prompt| {
            span.record("gen_ai.prompt.name", prompt.as_str());
        }),
        _ => None,
    };
    match target {
        Some(target) => span.record("otel.name", display(format_args!("{method} {target}"))),
        None => span.record("otel.name", method),
    };
    if let Some(uri) = text(params.uri) {
        span.record("mcp.resource.uri", uri.as_str());
    }
    if let Some(trace) = cx.trace_context() {
        trace.traceparent().map(|parent| span.record("traceparent", parent));
        trace.tracestate().map(|state| span.record("tracestate", state));
    }
    span
}

/// Says how it ended.
fn record(span: &Span, answer: &Result<Response, ProtocolError>) {
    match answer {
        Err(error) => {
            let code = error.code().to_string();
            span.record("rpc.response.status_code", code.as_str());
            span.record("error.type", code.as_str());
            span.record("otel.status_code", "ERROR");
        }
        Ok(response) if response.tool_result().is_some_and(|it| it.is_error == Some(true)) => {
            span.record("error.type", "tool_error");
            span.record("otel.status_code", "ERROR");
        }
        Ok(_) => {}
    }
}

fn cut(text: &str) -> &str {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}
