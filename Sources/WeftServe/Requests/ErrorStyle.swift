/// In which words a client wants to hear of an error: those of the interface that it uses.
enum ErrorStyle {
  /// `{"error": {"message", "type", "param", "code"}}`, under `/v1`.
  case openAI
  /// `{"error", "error_type"}`, as text-embeddings-inference has it.
  case embeddings
  /// `{"error"}`, as the Open Inference Protocol has it.
  case inference

  func body(_ refusal: RequestRefusal) -> JSON {
    switch self {
    case .openAI:
      return [
        "error": [
          "message": .text(refusal.message), "type": .text(Self.openAIType(refusal.reason)),
          "param": refusal.field.map { .text($0) } ?? .null,
          "code": .text(Self.code(refusal.reason, isModel: refusal.field == "model")),
        ]
      ]
    case .embeddings:
      return ["error": .text(refusal.message), "error_type": .text(Self.embeddingsType(refusal.reason))]
    case .inference: return ["error": .text(refusal.message)]
    }
  }

  private static func openAIType(_ reason: RequestRefusal.Reason) -> String {
    switch reason {
    case .malformed, .unknown, .wrongMethod, .tooLarge, .unsupported, .unfit: "invalid_request_error"
    case .unauthorized: "authentication_error"
    case .busy: "rate_limit_error"
    case .clientGone, .failed, .unavailable, .deadline: "server_error"
    }
  }

  private static func code(_ reason: RequestRefusal.Reason, isModel: Bool) -> String {
    switch reason {
    case .malformed: "malformed_body"
    case .unauthorized: "invalid_api_key"
    case .unknown: isModel ? "model_not_found" : "not_found"
    case .wrongMethod: "method_not_allowed"
    case .tooLarge: "body_too_large"
    case .unsupported: "unsupported_coding"
    case .unfit: "invalid_value"
    case .busy: "queue_full"
    case .clientGone: "client_gone"
    case .failed: "internal_error"
    case .unavailable: "unavailable"
    case .deadline: "deadline_exceeded"
    }
  }

  private static func embeddingsType(_ reason: RequestRefusal.Reason) -> String {
    switch reason {
    case .malformed, .unfit, .tooLarge, .unsupported, .unknown, .wrongMethod: "Validation"
    case .unauthorized: "Unauthorized"
    case .busy: "Overloaded"
    case .unavailable: "Unhealthy"
    case .clientGone, .failed, .deadline: "Backend"
    }
  }
}
