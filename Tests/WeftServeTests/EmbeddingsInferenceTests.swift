import HTTPTypes
import Testing
import WeftServe

/// The paths of text-embeddings-inference.
struct EmbeddingsInferenceTests {
  @Test func vectorsComeBare() async throws {
    try await ServerTest.run { (server) async throws in
      #expect(try await server.post("/embed", #"{"inputs": [[0, 4, 3]]}"#).text.hasPrefix("[[0.89442"))
      let raw = try await server.post("/embed", #"{"inputs": [[0, 4, 3], [1]], "normalize": false}"#)
      #expect(raw.text == "[[2.0,0.0,0.0,1.0],[0.0,1.0,0.0,0.0]]")
      let prompt = try await server.post("/embed", #"{"inputs": [[0]], "prompt_name": "query"}"#)
      #expect(prompt.status == 422 && prompt.text.contains("expected nothing: this model has no prompts"))
      for inputs in ["{}", "null", "7"] {
        let refused = try await server.post("/embed", #"{"inputs": \#(inputs)}"#)
        #expect(refused.status == 422 && refused.text.contains("`inputs`: expected a text or an array"))
      }
    }
  }

  @Test func whatIsTooLongIsCutWhereThatIsAskedFor() async throws {
    let engine = ToyEmbedding()
    try await ServerTest.run([ServedModel("vectors", embedding: engine)]) { (server) async throws in
      let text = String(repeating: "a", count: 70)
      let refused = try await server.post("/embed", #"{"inputs": "\#(text)"}"#)
      #expect(refused.status == 422)
      #expect(refused.json["error_type"] == "Validation")
      let cut = try await server.post("/embed", #"{"inputs": "\#(text)", "truncate": true}"#)
      #expect(cut.status == 200)
      #expect(engine.batches.items == [[64]])
      let side = try await server.post(
        "/embed", #"{"inputs": "\#(text)", "truncate": true, "truncation_direction": "Left", "normalize": false}"#)
      // Without the special token at the beginning: 64 times "a", which is 97.
      #expect(side.text == "[[0.0,64.0,0.0,0.0]]")
    }
  }

  @Test func ranksAreSortedWithTheirPlaces() async throws {
    try await ServerTest.run { (server) async throws in
      let body = #"{"query": "ab", "texts": ["x", "ab", "a"], "raw_scores": true, "return_text": true"#
      let answer = try await server.post("/rerank", body + "}")
      #expect(
        answer.json == [
          ["index": 1, "score": 2.0, "text": "ab"], ["index": 2, "score": 1.0, "text": "a"],
          ["index": 0, "score": 0.0, "text": "x"],
        ])
      let likely = try await server.post("/rerank", #"{"query": "ab", "texts": ["x"]}"#)
      #expect(likely.text == #"[{"index":0,"score":0.5}]"#)
      let none = try await server.post("/rerank", #"{"query": "ab", "texts": []}"#)
      #expect(none.text.contains("`texts`: expected at least one text, got an array of 0."))
    }
  }

  @Test func classesAreSortedByProbability() async throws {
    try await ServerTest.run { (server) async throws in
      for inputs in [#""yo""#, #"["yo"]"#, #"["yo", "ho"]"#] {
        let answer = try await server.post("/predict", #"{"inputs": \#(inputs)}"#).json
        guard case .list(let classes) = answer, classes.count == 2, case .number(let first)? = classes[0]["score"]
        else {
          throw Unexpected()
        }
        #expect(classes.map { $0["label"] } == ["yes", "no"])
        #expect(abs(first - 0.7310586) < 1e-6)  // e / (e + 1)
      }
      let batch = try await server.post("/predict", #"{"inputs": [["yo"], ["a", "b"]], "raw_scores": true}"#)
      #expect(
        batch.json == [
          [["score": 1.0, "label": "yes"], ["score": 0.0, "label": "no"]],
          [["score": 1.0, "label": "no"], ["score": 0.0, "label": "yes"]],
        ])
      let three = try await server.post("/predict", #"{"inputs": ["a", "b", "c"]}"#)
      #expect(three.text.contains("expected one text or a pair of texts; several are an array of arrays"))
    }
  }

  @Test func tokensSayWhereTheyAre() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/tokenize", #"{"inputs": "a"}"#)
      #expect(
        answer.json == [
          [
            ["id": 256, "text": "[S]", "special": true, "start": .null, "stop": .null],
            ["id": 97, "text": "a", "special": false, "start": 0, "stop": 1],
          ]
        ])
      let bare = try await server.post("/tokenize", #"{"inputs": ["a", "b"], "add_special_tokens": false}"#)
      guard case .list(let texts) = bare.json else { throw Unexpected() }
      #expect(texts.count == 2)
      #expect(try await server.get("/info").json["model_id"] == "vectors")
    }
  }
}
