//! Our superset types for the examples. The superset has payloads only, so messages are plain frames
//! around them.

use serde::{Deserialize, Serialize};
use toolwright_spec as t;

use super::{Trip, trips};

/// A request or a notification.
#[derive(Deserialize, Serialize)]
struct Call<P> {
    #[serde(skip_serializing_if = "Option::is_none")]
    jsonrpc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<t::RequestId>,
    method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<P>,
}

/// The answer to a request.
#[derive(Deserialize, Serialize)]
struct Response<R> {
    jsonrpc: String,
    id: t::RequestId,
    result: R,
}

/// The answer to a request that failed.
#[derive(Deserialize, Serialize)]
struct Failure {
    jsonrpc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<t::RequestId>,
    error: t::ErrorObject,
}

trips! {
    "AudioContent" => t::AudioContent,
    "BlobResourceContents" => t::BlobResourceContents,
    "BooleanSchema" => t::BooleanSchema,
    "CallToolRequest" => Call<t::CallToolRequestParams>,
    "CallToolRequestParams" => t::CallToolRequestParams,
    "CallToolResult" => t::CallToolResult,
    "CallToolResultResponse" => Response<t::CallToolOutcome>,
    "CancelledNotification" => Call<t::CancelledNotificationParams>,
    "CancelledNotificationParams" => t::CancelledNotificationParams,
    "ClientCapabilities" => t::ClientCapabilities,
    "CompleteRequest" => Call<t::CompleteRequestParams>,
    "CompleteRequestParams" => t::CompleteRequestParams,
    "CompleteResult" => t::CompleteResult,
    "CompleteResultResponse" => Response<t::CompleteResult>,
    "CreateMessageRequest" => Call<t::CreateMessageRequestParams>,
    "CreateMessageRequestParams" => t::CreateMessageRequestParams,
    "CreateMessageResult" => t::CreateMessageResult,
    "DiscoverRequest" => Call<t::RequestParams>,
    "DiscoverResult" => t::DiscoverResult,
    "DiscoverResultResponse" => Response<t::DiscoverResult>,
    "ElicitRequest" => Call<t::ElicitRequestParams>,
    "ElicitRequestFormParams" => t::ElicitRequestFormParams,
    "ElicitRequestURLParams" => t::ElicitRequestUrlParams,
    "ElicitResult" => t::ElicitResult,
    "EmbeddedResource" => t::EmbeddedResource,
    "GetPromptRequest" => Call<t::GetPromptRequestParams>,
    "GetPromptRequestParams" => t::GetPromptRequestParams,
    "GetPromptResult" => t::GetPromptResult,
    "GetPromptResultResponse" => Response<t::GetPromptOutcome>,
    "HeaderMismatchError" => Failure,
    "ImageContent" => t::ImageContent,
    "InputRequests" => t::InputRequests,
    "InputRequiredResult" => t::InputRequiredResult,
    "InputResponses" => t::InputResponses,
    "InternalError" => t::ErrorObject,
    "InvalidParamsError" => t::ErrorObject,
    "ListPromptsRequest" => Call<t::PaginatedRequestParams>,
    "ListPromptsResult" => t::ListPromptsResult,
    "ListPromptsResultResponse" => Response<t::ListPromptsResult>,
    "ListResourceTemplatesRequest" => Call<t::PaginatedRequestParams>,
    "ListResourceTemplatesResult" => t::ListResourceTemplatesResult,
    "ListResourceTemplatesResultResponse" => Response<t::ListResourceTemplatesResult>,
    "ListResourcesRequest" => Call<t::PaginatedRequestParams>,
    "ListResourcesResult" => t::ListResourcesResult,
    "ListResourcesResultResponse" => Response<t::ListResourcesResult>,
    "ListRootsRequest" => Call<t::RequestParams>,
    "ListRootsResult" => t::ListRootsResult,
    "ListToolsRequest" => Call<t::PaginatedRequestParams>,
    "ListToolsResult" => t::ListToolsResult,
    "ListToolsResultResponse" => Response<t::ListToolsResult>,
    "LoggingMessageNotification" => Call<t::LoggingMessageNotificationParams>,
    "LoggingMessageNotificationParams" => t::LoggingMessageNotificationParams,
    "MethodNotFoundError" => t::ErrorObject,
    "MissingRequiredClientCapabilityError" => Failure,
    "ModelPreferences" => t::ModelPreferences,
    "NumberSchema" => t::NumberSchema,
    "PaginatedRequestParams" => t::PaginatedRequestParams,
    "ParseError" => t::ErrorObject,
    "ProgressNotification" => Call<t::ProgressNotificationParams>,
    "ProgressNotificationParams" => t::ProgressNotificationParams,
    "PromptListChangedNotification" => Call<t::NotificationParams>,
    "ReadResourceRequest" => Call<t::ReadResourceRequestParams>,
    "ReadResourceResult" => t::ReadResourceResult,
    "ReadResourceResultResponse" => Response<t::ReadResourceOutcome>,
    "Resource" => t::Resource,
    "ResourceLink" => t::ResourceLink,
    "ResourceListChangedNotification" => Call<t::NotificationParams>,
    "ResourceUpdatedNotification" => Call<t::ResourceUpdatedNotificationParams>,
    "ResourceUpdatedNotificationParams" => t::ResourceUpdatedNotificationParams,
    "Root" => t::Root,
    "SamplingMessage" => t::SamplingMessage,
    "ServerCapabilities" => t::ServerCapabilities,
    "StringSchema" => t::StringSchema,
    "SubscriptionsAcknowledgedNotification" => Call<t::SubscriptionsAcknowledgedNotificationParams>,
    "SubscriptionsListenRequest" => Call<t::SubscriptionsListenRequestParams>,
    "SubscriptionsListenResult" => t::SubscriptionsListenResult,
    "SubscriptionsListenResultResponse" => Response<t::SubscriptionsListenResult>,
    "TextContent" => t::TextContent,
    "TextResourceContents" => t::TextResourceContents,
    "TitledMultiSelectEnumSchema" => t::TitledMultiSelectEnumSchema,
    "TitledSingleSelectEnumSchema" => t::TitledSingleSelectEnumSchema,
    "Tool" => t::Tool,
    "ToolListChangedNotification" => Call<t::NotificationParams>,
    "ToolResultContent" => t::ToolResultContent,
    "ToolUseContent" => t::ToolUseContent,
    "UnsupportedProtocolVersionError" => Failure,
    "UntitledMultiSelectEnumSchema" => t::UntitledMultiSelectEnumSchema,
    "UntitledSingleSelectEnumSchema" => t::UntitledSingleSelectEnumSchema,
}
