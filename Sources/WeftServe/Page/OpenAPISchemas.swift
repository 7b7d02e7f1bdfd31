/// The bodies of requests and answers, for the description of the interfaces.
enum OpenAPISchemas {
  private static let string: JSON = ["type": "string"]
  private static let integer: JSON = ["type": "integer"]
  private static let number: JSON = ["type": "number"]
  private static let flag: JSON = ["type": "boolean"]
  private static let any: JSON = [:]
  private static func array(_ items: JSON) -> JSON { ["type": "array", "items": items] }
  private static func either(_ choices: JSON...) -> JSON { ["oneOf": .list(choices)] }
  private static func object(_ required: [String], _ members: (String, JSON)...) -> JSON {
    var all = [JSON.Member("type", "object"), JSON.Member("properties", .object(members.map { JSON.Member($0, $1) }))]
    if !required.isEmpty { all.append(JSON.Member("required", .list(required.map { .text($0) }))) }
    return .object(all)
  }

  private static let texts = either(string, array(string), array(integer), array(array(integer)))
  private static let usage = object(
    [], ("prompt_tokens", integer), ("completion_tokens", integer), ("total_tokens", integer))

  private static func generation(_ required: [String], _ own: (String, JSON)...) -> JSON {
    let common: [(String, JSON)] = [
      ("model", string), ("n", integer), ("stream", flag), ("stream_options", object([], ("include_usage", flag))),
      ("max_tokens", integer), ("temperature", number), ("top_p", number), ("top_k", integer), ("min_p", number),
      ("typical_p", number), ("presence_penalty", number), ("frequency_penalty", number),
      ("repetition_penalty", number), ("logit_bias", ["type": "object", "additionalProperties": number]),
      ("stop", either(string, array(string))), ("seed", integer), ("ignore_eos", flag),
    ]
    return [
      "type": "object", "required": .list(required.map { .text($0) }),
      "properties": .object((own + common).map { JSON.Member($0.0, $0.1) }),
    ]
  }

  private static let tensor = object(
    ["name", "shape", "datatype"], ("name", string), ("shape", array(integer)), ("datatype", string),
    ("data", array(any)), ("parameters", object([], ("binary_data_size", integer))))

  static let all: [(String, JSON)] = openAI + embeddings + inference

  private static let openAI: [(String, JSON)] = [
    (
      "EmbeddingRequest",
      object(
        ["input"], ("model", string), ("input", texts), ("encoding_format", ["enum": ["float", "base64"]]),
        ("dimensions", integer), ("prompt_name", string))
    ),
    (
      "EmbeddingResponse",
      object(
        [], ("object", string),
        ("data", array(object([], ("index", integer), ("embedding", either(array(number), string))))),
        ("model", string), ("usage", usage))
    ),
    (
      "TranscriptionRequest",
      object(
        ["file"], ("file", ["type": "string", "format": "binary"]), ("model", string), ("language", string),
        ("response_format", ["enum": ["json", "text", "srt", "vtt", "verbose_json"]]), ("temperature", number),
        ("timestamp_granularities[]", array(["enum": ["segment"]])))
    ),
    (
      "Transcription",
      object(
        [], ("text", string), ("language", string), ("duration", number),
        ("segments", array(object([], ("start", number), ("end", number), ("text", string)))),
        ("usage", object([], ("type", string), ("seconds", integer))))
    ),
    (
      "ChatRequest",
      generation(
        ["messages"], ("messages", array(object(["role"], ("role", string), ("content", either(string, array(any)))))),
        ("max_completion_tokens", integer), ("tools", array(any)), ("tool_choice", ["enum": ["auto", "none"]]),
        ("logprobs", flag), ("top_logprobs", integer), ("chat_template_kwargs", object([])))
    ),
    (
      "ChatResponse",
      object([], ("id", string), ("model", string), ("choices", array(any)), ("usage", usage))
    ),
    ("CompletionRequest", generation(["prompt"], ("prompt", texts), ("logprobs", integer))),
    (
      "CompletionResponse",
      object([], ("id", string), ("model", string), ("choices", array(any)), ("usage", usage))
    ),
    ("Model", object([], ("id", string), ("abilities", array(string)), ("max_model_len", integer))),
    ("ModelList", object([], ("data", array(["$ref": "#/components/schemas/Model"])))),
  ]

  private static let embeddings: [(String, JSON)] = [
    (
      "EmbedRequest",
      object(
        ["inputs"], ("inputs", texts), ("normalize", flag), ("truncate", flag), ("truncation_direction", string),
        ("dimensions", integer), ("prompt_name", string))
    ),
    ("Vectors", array(array(number))),
    (
      "RerankRequest",
      object(
        ["query", "texts"], ("query", string), ("texts", array(string)), ("raw_scores", flag),
        ("return_text", flag), ("truncate", flag))
    ),
    ("Ranks", array(object([], ("index", integer), ("score", number), ("text", string)))),
    (
      "PredictRequest",
      object(
        ["inputs"], ("inputs", either(string, array(string), array(array(string)))), ("raw_scores", flag),
        ("truncate", flag))
    ),
    ("Classes", array(object([], ("label", string), ("score", number)))),
    (
      "TokenizeRequest",
      object(["inputs"], ("inputs", either(string, array(string))), ("add_special_tokens", flag))
    ),
    ("Tokens", array(array(object([], ("id", integer), ("text", string), ("special", flag))))),
  ]

  private static let inference: [(String, JSON)] = [
    (
      "ModelMetadata",
      object([], ("name", string), ("platform", string), ("inputs", array(any)), ("outputs", array(any)))
    ),
    (
      "InferRequest",
      object(["inputs"], ("id", string), ("inputs", array(tensor)), ("outputs", array(any)), ("parameters", any))
    ),
    (
      "InferResponse",
      object([], ("model_name", string), ("model_version", string), ("id", string), ("outputs", array(tensor)))
    ),
  ]
}
