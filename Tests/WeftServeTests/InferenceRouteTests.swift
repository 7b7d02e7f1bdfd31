import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WeftNN
import WeftServe
import WeftTensor

/// The Open Inference Protocol.
struct InferenceRouteTests {
  private let x = #"{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1.5, -2]}"#
  private let mask = #"{"name": "mask", "datatype": "BOOL", "shape": [1], "data": [true]}"#

  @Test func tensorsComeAndGoAsJSON() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v2/models/tensors/infer", #"{"id": "7", "inputs": [\#(mask), \#(x)]}"#)
      #expect(
        answer.json == [
          "model_name": "tensors", "model_version": "1", "id": "7",
          "outputs": [
            ["name": "double", "datatype": "FP32", "shape": [1, 2], "data": [3.0, -4.0]],
            ["name": "whole", "datatype": "INT64", "shape": [1, 2], "data": [1, -2]],
          ],
        ])
    }
  }

  @Test func dataMayBeNestedAndResultsChosen() async throws {
    try await ServerTest.run { (server) async throws in
      let nested = #"{"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [[1, 2], [3, 4]]}"#
      let body = #"{"inputs": [\#(nested), \#(mask)], "outputs": [{"name": "whole"}]}"#
      let answer = try await server.post("/v2/models/tensors/infer", body)
      #expect(
        answer.json["outputs"] == [["name": "whole", "datatype": "INT64", "shape": [2, 2], "data": [1, 2, 3, 4]]])
    }
  }

  @Test func bytesComeAndGoBehindTheJSON() async throws {
    try await ServerTest.run { (server) async throws in
      let head =
        #"{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "parameters": {"binary_data_size": 8}}, "#
        + #"{"name": "mask", "datatype": "BOOL", "shape": [1], "parameters": {"binary_data_size": 1}}], "#
        + #""parameters": {"binary_data_output": true}, "outputs": [{"name": "double"}]}"#
      let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 1]  // 1, 2 and true
      let answer = try await server.postBinary("/v2/models/tensors/infer", head, bytes)
      let length = Int(answer.headers[HTTPField.Name("Inference-Header-Content-Length") ?? .accept] ?? "") ?? 0
      #expect(answer.bytes.dropFirst(length) == [0, 0, 0, 0x40, 0, 0, 0x80, 0x40])  // 2 and 4
      let json = try JSON(answer.bytes.prefix(length))
      #expect(
        json["outputs"] == [
          ["name": "double", "datatype": "FP32", "shape": [1, 2], "parameters": ["binary_data_size": 8]]
        ])
    }
  }

  @Test func modelsAreDescribed() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.get("/v2/models/tensors")
      #expect(answer.json["platform"] == "toy")
      #expect(
        answer.json["inputs"] == [
          ["name": "x", "datatype": "FP32", "shape": [-1, 2]], ["name": "mask", "datatype": "BOOL", "shape": [-1]],
        ])
      #expect(try await server.get("/v2/models/tensors/versions/1/ready").json["ready"] == true)
      #expect(try await server.get("/v2/models/tensors/versions/2").status == 404)
      #expect(try await server.get("/v2/models/none").status == 404)
      #expect(try await server.get("/v2/models/none/ready").status == 404)
      #expect(try await server.get("/v2").json["extensions"] == ["binary_tensor_data"])
      #expect(try await server.get("/v2/health/live").json["live"] == true)
      #expect(try await server.get("/v2/health/ready").json["ready"] == true)
    }
  }

  @Test(arguments: [
    (#"{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1]}"#, "expected 2 elements, as `shape` says"),
    (#"{"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [1, 2, 3]}"#, "expected [-1, 2], where -1 stands"),
    (#"{"name": "x", "datatype": "FP32", "shape": [-1, 2], "data": []}"#, "`inputs[0].shape[0]`: expected a whole"),
    (#"{"name": "x", "datatype": "FP32", "shape": [1e12, 2], "data": []}"#, "expected 2000000000000 elements"),
    (#"{"name": "x", "datatype": "FP64", "shape": [1, 2], "data": [1, 2]}"#, #"expected "FP32", got "FP64""#),
    (#"{"name": "x", "datatype": "BYTES", "shape": [1, 2], "data": ["a", "b"]}"#, #"expected one of "BOOL""#),
    (#"{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": ["a", 1]}"#, "expected a number"),
    (#"{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1e39, 1]}"#, "expected a number of -3.40"),
    (#"{"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [[1, 2, 3, 4]]}"#, "expected 2 lists"),
    (#"{"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [[1, 2, 3], [4]]}"#, "expected 2 elements"),
    (#"{"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [[1, 2], 3]}"#, "lists as deep as `shape` says"),
    (#"{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [[[1, 2]]]}"#, "expected 2 elements"),
    (#"{"name": "x", "datatype": "FP32", "shape": [1, 2]}"#, "expected an array of 2 elements, or `binary_data_size`"),
    (#"{"name": "y", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}"#, #"expected one of "x", "mask", got "y""#),
    (
      #"{"name": "x", "datatype": "FP32", "shape": [1, 2], "parameters": {"binary_data_size": 9}}"#,
      "expected the 8 bytes of a tensor float32 [1, 2], got 9"
    ),
    (
      #"{"name": "x", "datatype": "FP32", "shape": [1099511627776, 2], "parameters": {"binary_data_size": 8796093022208}}"#,
      "expected 8796093022208 bytes behind the JSON, got 0"
    ),
  ])
  func whatDoesNotFitIsSaid(_ input: String, _ words: String) async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v2/models/tensors/infer", #"{"inputs": [\#(input), \#(mask)]}"#)
      #expect(answer.status == 422 || answer.status == 400)
      #expect(answer.text.contains(#"{"error":"#))
      guard case .text(let message)? = answer.json["error"] else { throw Unexpected() }
      #expect(message.contains(words))
    }
  }

  @Test func bytesThatAreNotAsSaidAreRefused() async throws {
    try await ServerTest.run { (server) async throws in
      let input =
        #"{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "parameters": {"binary_data_size": 8}}, "#
        + #"{"name": "mask", "datatype": "BOOL", "shape": [1], "parameters": {"binary_data_size": 1}}]}"#
      func status(_ bytes: [UInt8], length: String? = nil) async throws -> Int {
        try await server.postBinary("/v2/models/tensors/infer", input, bytes, length: length).status
      }
      #expect(try await status(Array(repeating: 0, count: 9)) == 200)
      #expect(try await status(Array(repeating: 0, count: 8)) == 400)
      #expect(try await status(Array(repeating: 0, count: 10)) == 400)
      #expect(try await status(Array(repeating: 0, count: 8) + [2]) == 422)
      for length in ["-1", "99999", "x", "", "9223372036854775808", "10"] {
        #expect(try await status(Array(repeating: 0, count: 9), length: length) == 400)
      }
    }
  }

  @Test func aFrozenModelIsServed() async throws {
    Random.seed(3)
    let model = Linear(2, 3)
    let example = Tensor(zeros: [1, 2])
    let frozen = try model.frozen(forBatchesOf: example)
    let expected = try frozen(Tensor(checking: [[1, 2], [3, 4]] as [[Float]])).scalars(as: Float.self)
    let engine = try FrozenEngine(frozen, example: [example])
    try await ServerTest.run([ServedModel("linear", prediction: engine)]) { (server) async throws in
      #expect(
        try await server.get("/v2/models/linear").json["outputs"] == [
          ["name": "output", "datatype": "FP32", "shape": [-1, 3]]
        ])
      let input = #"{"name": "input", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 3, 4]}"#
      let answer = try await server.post("/v2/models/linear/infer", #"{"inputs": [\#(input)]}"#)
      guard case .list(let outputs)? = answer.json["outputs"], case .list(let data)? = outputs[0]["data"] else {
        throw Unexpected()
      }
      let numbers = data.compactMap { if case .number(let number) = $0 { Float(number) } else { nil } }
      #expect(numbers == expected)
      let none = #"{"name": "input", "datatype": "FP32", "shape": [0, 2], "data": []}"#
      #expect(try await server.post("/v2/models/linear/infer", #"{"inputs": [\#(none)]}"#).status == 422)
    }
  }
}

extension ServerTest {
  struct BinaryAnswer {
    let status: Int
    let bytes: [UInt8]
    let headers: HTTPFields
  }

  func postBinary(_ path: String, _ head: String, _ bytes: [UInt8], length: String? = nil) async throws -> BinaryAnswer
  {
    guard let name = HTTPField.Name("Inference-Header-Content-Length") else { throw Unexpected() }
    let headers: HTTPFields = [name: length ?? "\(head.utf8.count)"]
    return try await client.execute(
      uri: path, method: .post, headers: headers, body: .init(bytes: Array(head.utf8) + bytes)
    ) { response in
      BinaryAnswer(
        status: response.status.code, bytes: Array(response.body.readableBytesView), headers: response.headers)
    }
  }
}
