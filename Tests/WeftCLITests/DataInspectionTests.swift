import Foundation
import Testing
import Weft

@Suite struct DataInspectionTests {
  @Test func dataIsInspected() throws {
    let folder = try TemporaryFolder()
    try Image(width: 3, height: 2, color: [1, 2, 3]).write(to: folder("a.jpg"))
    #expect(try Program.run("inspect", folder("a.jpg")).output == "\(folder("a.jpg")): JPEG image, 3x2\n")
    try Sound(channels: [[0, 1], [1, 0]], sampleRate: 8000).write(wav: folder("a.wav"))
    #expect(
      try Program.run("inspect", folder("a.wav")).output
        == "\(folder("a.wav")): WAV sound, 2 channels, 8000 Hz, 16 bits, 0.00025 s\n")
    try Data("x,town\n1,Ulm\n,Bonn\n".utf8).write(to: URL(fileURLWithPath: folder("a.csv")))
    #expect(
      try Program.run("inspect", folder("a.csv")).output == """
        \(folder("a.csv")): 2 rows, 2 columns
        x     integer, 1 missing: 1 to 1, mean 1
        town  text: "Bonn" 1, "Ulm" 1

        """)
    let json = try Program.run("inspect", "--json", folder("a.csv")).output
    #expect(json.contains("\"columns\":[{\"kind\":\"integer\",\"missing\":1,\"name\":\"x\"}"))
    try Data("<html>".utf8).write(to: URL(fileURLWithPath: folder("b.csv")))
    #expect(try Program.run("inspect", folder("b.csv")).status != 0)
  }

  @Test func eventsAreInspected() throws {
    let folder = try TemporaryFolder()
    let board = try TensorBoard(folder("run"))
    board.add("loss", 0.5, step: 7)
    board.add("note", text: "x", step: 7)
    try board.close()
    #expect(
      try Program.run("inspect", board.path).output == """
        \(board.path): 3 events
          loss: 1 numbers, at step 7 0.5
          note/text_summary: text, 1

        """)
    #expect(try Program.run("inspect", "--json", board.path).output.contains("\"loss\":[{\"step\":7,\"value\":0.5}]"))
  }

  @Test func imagesAreConverted() throws {
    let folder = try TemporaryFolder()
    let image = Image(width: 5, height: 4, color: [200, 100, 50])
    try image.write(to: folder("a.png"))
    let outcome = try Program.run("convert", folder("a.png"), folder("b.jpg"))
    #expect(outcome.status == 0 && outcome.output == "\(folder("b.jpg")): 5x4\n")
    #expect(try Program.run("convert", folder("b.jpg"), folder("c.png")).status == 0)
    #expect(try Image(contentsOf: folder("c.png")).width == 5)
    #expect(try Program.run("convert", folder("a.png"), folder("d.png"), "--compress").status != 0)
  }
}
