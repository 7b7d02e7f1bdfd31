import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Folders that are incomplete, wrong or hostile: each gives an error, and none a trap or a great allocation.
@Suite struct HostileFolderTests {
  private func message(_ path: String, _ open: (String) throws -> Void) -> String {
    do {
      try open(path)
      return "no error"
    } catch {
      return "\(error)".replacing(path, with: "FOLDER")
    }
  }

  private func embedderError(_ copy: FolderCopy) -> String {
    message(copy.path) { _ = try TextEmbedder(from: $0) }
  }

  @Test func whatIsNoFolderIsSaid() throws {
    #expect(
      message("/nowhere/model") { _ = try TextEmbedder(from: $0) }
        == "[model.unreadable] FOLDER: expected a folder with a model; found No such file or directory")
    let file = ModelFiles.path("bert/config.json")
    #expect(
      message(file) { _ = try ModelFolder($0) }
        == "[model.unreadable] FOLDER: expected a folder with config.json, weights and a tokenizer; found a file; "
        + "name the folder that it is in")
  }

  @Test func settingsThatAreWrongAreNamed() throws {
    let cases: [([String: Any?], String)] = [
      (["model_type": nil], "[model.missing] FOLDER/config.json: model_type: expected a text; found nothing"),
      (
        ["model_type": "t7"],
        "[model.unsupported] FOLDER/config.json: model_type: expected a text encoder: one of bert, roberta, xlm-roberta, "
          + "camembert, distilbert, mpnet, modernbert, t5, mt5, llama, mistral, qwen2, qwen3, gemma, gemma2, "
          + "gemma3_text, gpt2; found \"t7\""
      ),
      (
        ["hidden_size": "16"],
        "[model.bad-value] FOLDER/config.json: hidden_size: expected a whole number from 1 to 1048576; found \"16\""
      ),
      (
        ["hidden_size": 1 << 40],
        "[model.bad-value] FOLDER/config.json: hidden_size: expected a whole number from 1 to 1048576; found the number "
          + "1099511627776"
      ),
      (
        ["hidden_size": -16],
        "[model.bad-value] FOLDER/config.json: hidden_size: expected a whole number from 1 to 1048576; found the number "
          + "-16"
      ),
      (
        ["num_attention_heads": 3],
        "[model.bad-value] FOLDER/config.json: num_attention_heads: expected heads that divide the 16 of hidden_size; "
          + "found 3"
      ),
      (
        ["num_hidden_layers": 1_000_000_000],
        "[model.bad-value] FOLDER/config.json: num_hidden_layers: expected a whole number from 0 to 1024; found the "
          + "number 1000000000"
      ),
      (
        ["layer_norm_eps": 0],
        "[model.bad-value] FOLDER/config.json: layer_norm_eps: expected a number above 0; found "
          + "the number 0"
      ),
      (
        ["hidden_dropout_prob": 2],
        "[model.bad-value] FOLDER/config.json: hidden_dropout_prob: expected a rate from 0 "
          + "to 1; found the number 2"
      ),
      (
        ["is_decoder": true],
        "[model.unsupported] FOLDER/config.json: is_decoder: expected false: an encoder; found true"
      ),
      (
        ["position_embedding_type": "relative_key"],
        "[model.unsupported] FOLDER/config.json: position_embedding_type: expected one of absolute; found "
          + "\"relative_key\""
      ),
      (
        ["pad_token_id": 40],
        "[model.bad-value] FOLDER/config.json: pad_token_id: expected a whole number from 0 to 39; found the number 40"
      ),
      (
        ["hidden_act": ["gelu"]],
        "[model.bad-value] FOLDER/config.json: hidden_act: expected a text; found an array of 1"
      ),
    ]
    for (values, wanted) in cases {
      let copy = try ModelFiles.copy(of: "bert")
      try copy.set(values)
      #expect(embedderError(copy) == wanted)
    }
  }

  @Test func weightsOfAnotherModelAreOneReport() throws {
    let copy = try ModelFiles.copy(of: "bert")
    try copy.set(["intermediate_size": 32, "num_hidden_layers": 3])
    let text = embedderError(copy)
    #expect(
      text.hasPrefix("[model.weights] FOLDER: expected the weights that FOLDER/config.json describes; found others"))
    #expect(text.contains("missing (16):") && text.contains("encoder.layer.2.attention.self.query.weight"))
    #expect(text.contains("encoder.layer.0.intermediate.dense.weight: file [24, 16], module [32, 16]"))
    #expect(!text.contains("renaming"))
  }

  /// A billion rows and a million features would be 4 PB: the shapes alone are compared.
  @Test func absurdSizesAllocateNothing() throws {
    for family in ["bert", "roberta", "mpnet"] {
      let copy = try ModelFiles.copy(of: family)
      try copy.set([
        "vocab_size": 1 << 24, "hidden_size": 1 << 20, "intermediate_size": 1 << 20, "max_position_embeddings": 1 << 20,
        "num_hidden_layers": 1000,
      ])
      #expect(
        embedderError(copy).hasPrefix(
          "[model.weights] FOLDER/config.json: expected sizes of weights that fit in memory; found [expand]"))
      try copy.set(["hidden_size": 1 << 10, "intermediate_size": 1 << 10, "vocab_size": 1 << 20])
      #expect(embedderError(copy).contains("word_embeddings.weight: file [40, 16], module [1048576, 1024]"))
    }
    let copy = try ModelFiles.copy(of: "modernbert")
    try copy.set(["max_position_embeddings": 1 << 20, "hidden_size": 1 << 16, "layer_types": nil])
    #expect(embedderError(copy).hasPrefix("[model.unsupported] FOLDER/config.json: max_position_embeddings"))
  }

  @Test func filesThatAreAbsentOrDamagedAreNamed() throws {
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
      let copy = try ModelFiles.copy(of: "bert")
      try copy.remove(name)
      try copy.remove("expected.safetensors")
      #expect(embedderError(copy).contains("unreadable]"), "without \(name)")
    }
    for name in ["config.json", "tokenizer.json"] {
      let whole = try ModelFiles.copy(of: "bert")
      let bytes = try whole.data(name)
      for count in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 40)) {
        try whole.write(bytes.prefix(count), to: name)
        #expect(embedderError(whole) != "no error", "\(name) cut off after \(count) bytes")
      }
    }
    let copy = try ModelFiles.copy(of: "bert")
    try copy.write("<!DOCTYPE html><html><body>Sign in</body></html>", to: "config.json")
    #expect(embedderError(copy).hasSuffix("the file looks like an HTML page"))
    try copy.write("[1, 2]", to: "config.json")
    #expect(
      embedderError(copy) == "[model.syntax] FOLDER/config.json: expected an object of settings; found an array of 2")
  }

  @Test func stepsStayInTheFolder() throws {
    for path in ["../bert", "/etc", "a/../../b"] {
      let copy = try ModelFiles.copy(of: "bert")
      try copy.write(
        "[{\"path\": \"\(path)\", \"type\": \"sentence_transformers.models.Pooling\"}]", to: "modules.json")
      #expect(embedderError(copy).contains("expected a path inside the folder"))
    }
    let cases = [
      ("{}", "expected an array of steps; found another value"),
      ("[3]", "expected an object; found the number 3"),
      (
        "[{\"type\": \"sentence_transformers.models.CNN\"}]",
        "expected one of Transformer, Pooling, Dense, LayerNorm, Normalize, Dropout; found"
      ),
      (
        "[{\"path\": \"2_Dense\", \"type\": \"x.Dense\"}, {\"path\": \"2_Dense\", \"type\": \"x.Dense\"}]",
        "expected a step of the 6 features that come before it; found one of 16"
      ),
    ]
    for (text, wanted) in cases {
      let copy = try ModelFiles.copy(of: "bert")
      try copy.write(text, to: "modules.json")
      #expect(embedderError(copy).contains(wanted))
    }
  }

  @Test func labelsAreChecked() throws {
    let cases: [(Any, String)] = [
      (["0": "a", "2": "b"], "id2label: expected names for the numbers 0 to 1; found one for 2"),
      (["x": "a"], "id2label: expected names for the numbers 0 to 0; found one for x"),
      (["0": 3], "id2label.0: expected a text; found the number 3"), ([1], "expected an object of settings"),
    ]
    for (labels, wanted) in cases {
      let copy = try ModelFiles.copy(of: "bert")
      try copy.set(["id2label": labels])
      #expect(message(copy.path) { _ = try TextClassifier(from: $0) }.contains(wanted))
    }
  }

  /// Each setting of each family as another kind of value: an error or none, but no trap.
  @Test(arguments: EncoderFamilyTests.families) func settingsOfOtherKindsDoNoHarm(_ family: String) throws {
    let copy = try ModelFiles.copy(of: family)
    let whole = try copy.data("config.json")
    let settings = try #require(try JSONSerialization.jsonObject(with: whole) as? [String: Any])
    for key in settings.keys.sorted() {
      for value in [0, -1, 1 << 62, 0.5, "x", [1]] as [Any] {
        try copy.set([key: value])
        _ = message(copy.path) { path in
          let embedder = try TextEmbedder(from: path)
          _ = try embedder.embed(["a cat"])
          _ = try TextClassifier(from: path)
        }
        try copy.write(whole, to: "config.json")
      }
    }
  }
}
