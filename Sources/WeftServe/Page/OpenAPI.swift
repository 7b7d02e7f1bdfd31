/// The description of the interfaces at `/openapi.json`.
enum OpenAPI {
  static let document: JSON = [
    "openapi": "3.1.0",
    "info": [
      "title": "Weft", "version": "1",
      "description": "Models over HTTP: OpenAI's, text-embeddings-inference's and the Open Inference Protocol's paths.",
    ],
    "paths": .object(paths.map { JSON.Member($0.path, .object($0.methods.map { operation($0, $0.name) })) }),
    "components": [
      "schemas": .object(OpenAPISchemas.all.map { JSON.Member($0.0, $0.1) }),
      "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
    ], "security": [["bearer": []], [:]],
  ]

  /// What one path does under one method.
  private struct Method {
    var name = "get"
    let summary: String
    var request: String?
    var response: String?
    var type = "application/json"
    var requestType = "application/json"
    var parameters: [String] = []
  }

  private static func post(_ path: String, _ summary: String, _ request: String, _ response: String) -> Path {
    Path(path, Method(name: "post", summary: summary, request: request, response: response))
  }

  /// A path that takes a form with a file.
  private static func form(_ path: String, _ summary: String, _ request: String, _ response: String) -> Path {
    Path(
      path,
      Method(name: "post", summary: summary, request: request, response: response, requestType: "multipart/form-data"))
  }

  private struct Path {
    let path: String
    let methods: [Method]

    init(_ path: String, _ method: Method) {
      self.path = path
      var method = method
      method.parameters = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
        String($0.dropFirst().dropLast())
      }
      methods = [method]
    }
  }

  private static let paths: [Path] = [
    post("/v1/embeddings", "Vectors of texts.", "EmbeddingRequest", "EmbeddingResponse"),
    post("/v1/chat/completions", "The next message of a conversation.", "ChatRequest", "ChatResponse"),
    post("/v1/completions", "Texts continued.", "CompletionRequest", "CompletionResponse"),
    form("/v1/audio/transcriptions", "What is said in a WAV file.", "TranscriptionRequest", "Transcription"),
    form("/v1/audio/translations", "The same in English.", "TranscriptionRequest", "Transcription"),
    Path("/v1/models", Method(summary: "The models.", response: "ModelList")),
    Path("/v1/models/{model}", Method(summary: "One model.", response: "Model")),
    post("/embed", "Vectors of texts, bare.", "EmbedRequest", "Vectors"),
    post("/rerank", "Texts in the order in which they answer a query.", "RerankRequest", "Ranks"),
    post("/predict", "Classes of texts or pairs.", "PredictRequest", "Classes"),
    post("/tokenize", "The tokens of texts.", "TokenizeRequest", "Tokens"),
    Path("/info", Method(summary: "The first model and the server's limits.")),
    Path("/v2", Method(summary: "The server, by the Open Inference Protocol.")),
    Path("/v2/health/live", Method(summary: "Whether the server lives.")),
    Path("/v2/health/ready", Method(summary: "Whether it is ready (200) or not (503).")),
    Path("/v2/models/{model}", Method(summary: "A model's inputs and results.", response: "ModelMetadata")),
    Path("/v2/models/{model}/ready", Method(summary: "Whether a model is ready.")),
    post("/v2/models/{model}/infer", "Tensors from tensors, as JSON or bytes.", "InferRequest", "InferResponse"),
    Path("/health", Method(summary: "As /health/ready.")),
    Path("/health/live", Method(summary: "Whether the server lives.")),
    Path("/health/ready", Method(summary: "Whether it is ready (200), or loading or draining (503).")),
    Path("/metrics", Method(summary: "Numbers, in Prometheus' text format.", type: "text/plain")),
    Path("/openapi.json", Method(summary: "This description.")),
    Path("/", Method(summary: "A page to try the models on.", type: "text/html")),
  ]

  private static func reference(_ name: String) -> JSON { ["$ref": .text("#/components/schemas/\(name)")] }

  private static func operation(_ method: Method, _ name: String) -> JSON.Member {
    var members: [JSON.Member] = [JSON.Member("summary", .text(method.summary))]
    if !method.parameters.isEmpty {
      members.append(
        JSON.Member(
          "parameters",
          .list(
            method.parameters.map {
              ["name": .text($0), "in": "path", "required": true, "schema": ["type": "string"]]
            })))
    }
    if let request = method.request {
      members.append(
        JSON.Member(
          "requestBody",
          ["required": true, "content": .object([JSON.Member(method.requestType, ["schema": reference(request)])])]))
    }
    let schema: JSON =
      method.response.map(reference) ?? (method.type == "application/json" ? ["type": "object"] : ["type": "string"])
    var responses: [JSON.Member] = [
      JSON.Member(
        "200", ["description": "The answer.", "content": .object([JSON.Member(method.type, ["schema": schema])])])
    ]
    if method.request != nil { responses += failures }
    members.append(JSON.Member("responses", .object(responses)))
    return JSON.Member(name, .object(members))
  }

  private static let failures: [JSON.Member] = [
    ("400", "The body is not what it says it is."), ("401", "A bearer token is needed."),
    ("404", "There is no such model."), ("413", "The body is too large."),
    ("422", "A field does not fit; the message says which, and what was expected."),
    ("429", "The queue is full; Retry-After says when to come again."), ("503", "The server is loading."),
    ("504", "The request's time was over."),
  ].map { status, text in JSON.Member(status, ["description": .text(text)]) }
}
