import Foundation
import Testing
import Weft

@Suite struct FileCommandTests {
  private func file() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try SafeTensors(
      [("weight", Tensor([[0, 1], [2, 3]])), ("half", Tensor([0.5, .infinity, -1], dtype: .float16))],
      metadata: ["note": "two\nlines"]
    ).write(to: folder("m.safetensors"))
    return folder
  }

  @Test func aFileIsInspected() throws {
    let folder = try file()
    let outcome = try Program.run("inspect", folder("m.safetensors"))
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        \(folder("m.safetensors")): safetensors, 2 tensors, 7 elements, 38 B

        beside the tensors:
          note: two\\nlines

        name    type     shape   size  least  most   mean  deviation
        weight  int64    [2, 2]  32 B      0     3    1.5      1.118
        half    float16  [3]      6 B     -1   0.5  -0.25       0.75  1 not finite

        """)
    let short = try Program.run("inspect", "--no-values", folder("m.safetensors"))
    #expect(short.output.contains("\nname    type     shape   size\n"))
  }

  @Test func anInspectionIsReadByPrograms() throws {
    let folder = try file()
    let outcome = try Program.run("inspect", "--json", folder("m.safetensors"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(json["format"] as? String == "safetensors")
    #expect((json["metadata"] as? [String: String]) == ["note": "two\nlines"])
    let rows = try #require(json["tensors"] as? [[String: Any]])
    #expect(rows.map { $0["name"] as? String } == ["weight", "half"])
    #expect(rows[0]["most"] as? Double == 3)
    #expect((rows[0]["bins"] as? [Int])?.reduce(0, +) == 4)
    #expect(rows[1]["nonFinite"] as? Int == 1)
  }

  @Test(arguments: ["pt", "npz", "safetensors"]) func aFileIsConverted(_ ending: String) throws {
    let folder = try file()
    let target = folder("n.\(ending)")
    let outcome = try Program.run("convert", folder("m.safetensors"), target)
    #expect(outcome.status == 0)
    let lost = ending == "safetensors" ? "" : "  1 values beside the tensors were left out\n"
    let name = ["pt": "PyTorch", "npz": "NumPy archive"][ending] ?? ending
    #expect(outcome.output == "\(target): \(name), 2 tensors, 38 B\n\(lost)")
    #expect(try TensorFile(target).tensor(named: "weight").elementsEqual(Tensor([[0, 1], [2, 3]])))
    let wide = try Program.run("convert", "--dtype", "float64", target, folder("w.npz"), "--compress")
    #expect(wide.status == 0)
    #expect(try TensorFile(folder("w.npz"))["half"]?.type == .plain(.float64))
  }

  @Test func numbersThatBecomeInfiniteAreSaid() throws {
    let folder = try TemporaryFolder()
    let numbers = Tensor([1.0, 1e6, -7e4, .infinity, 65504])
    try SafeTensors([("few", numbers), ("none", Tensor([1.0]))]).write(to: folder("m.safetensors"))
    let outcome = try Program.run("convert", "--dtype", "float16", folder("m.safetensors"), folder("n.npz"))
    let note = "  few: 2 numbers are beyond float16's 65504 and became infinite\n"
    #expect(outcome.status == 0 && outcome.output.hasSuffix("\n" + note), "\(outcome.output)")
    #expect(!outcome.output.contains("none"))
  }

  @Test func aPassIsExplained() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run("explain", "--out", folder("page.html"))
    #expect(outcome.status == 0)
    #expect(outcome.output == "\(folder("page.html")): 6 operations, loss 0.1089\n")
    #expect(try String(contentsOfFile: folder("page.html"), encoding: .utf8).contains("\\u003cmath"))
    #expect(try Program.run("explain", folder("nothing"), "--out", folder("b.html")).status == 1)
    #expect(try Program(["explain", "--samples", "0"]).outcome().status == 64)
  }

  @Test func damageIsToldWithTheRest() throws {
    let folder = try TemporaryFolder()
    // A bool that is neither: readable as bytes, not as truths.
    try SafeTensors([("good", Tensor([1.0])), ("truth", Tensor([true, false]))]).write(to: folder("m.safetensors"))
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder("m.safetensors"))))
    bytes[bytes.count - 1] = 7
    try Data(bytes).write(to: URL(fileURLWithPath: folder("m.safetensors")))
    let outcome = try Program(["inspect", folder("m.safetensors")]).outcome()
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("\ntruth cannot be read: "))
    #expect(outcome.output.contains("\ngood "))
  }

  @Test func misuseAndBadFilesAreOneLine() throws {
    let folder = try file()
    for arguments in [
      ["convert", "a.npz", "b.gguf"], ["convert", "a.npz", "b"], ["convert", "a.npz", "b.npz", "--dtype", "int4"],
      ["convert", "a.npz", "b.pt", "--compress"], ["inspect"],
    ] { #expect(try Program(arguments).outcome().status == 64, "\(arguments)") }
    try Data("<html>".utf8).write(to: URL(fileURLWithPath: folder("page.pt")))
    let outcome = try Program.run("inspect", folder("page.pt"))
    #expect(outcome.status == 1)
    #expect(outcome.complaints.count == 1)
    #expect(outcome.complaint.contains("the file looks like an HTML page"))
    let several = try Program.run("convert", folder("m.safetensors"), folder("n.npy"))
    #expect(several.status == 1)
    #expect(several.complaint.contains("an archive (.npz) holds several"))
  }
}
