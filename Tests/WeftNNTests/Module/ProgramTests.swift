import Foundation
import Testing
import Weft

// The README's shapes of a program that holds a model, as they stand there.

struct Digitizer {
  let model = Sequential {
    Linear(64, 32); ReLU()
    Linear(32, 10)
  }

  func digits(of images: Tensor) -> [Int] {
    noGrad { model(images).argMax(axis: 1).scalars(as: Int.self) }
  }
}

// @main, but for the tests, which have a beginning of their own.
enum Program {
  static func main() {
    let digitizer = Digitizer()
    print(digitizer.digits(of: Tensor(zeros: [2, 64])))
  }
}

actor Recognizer {
  private let model: Module

  init(_ make: @Sendable () -> Module) { model = make().eval() }

  func digits(of images: Tensor) -> [Int] {
    noGrad { model(images).argMax(axis: 1).scalars(as: Int.self) }
  }
}

@Suite struct ProgramTests {
  @Test func theReadmeShowsWhatIsCompiledHere() throws {
    let file = URL(fileURLWithPath: #filePath)
    let root = file.deletingLastPathComponent().appendingPathComponent("../../..").standardized
    let own = try String(contentsOf: file, encoding: .utf8)
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    for start in ["struct Digitizer {", "enum Program {", "actor Recognizer {"] {
      let declaration = try #require(readme.firstRange(of: "\n\(start)\n")).lowerBound
      let end = try #require(readme[declaration...].firstRange(of: "\n}\n")).upperBound
      #expect(own.contains(readme[declaration..<end]), "\(start)")
    }
  }

  @Test func aTypeHoldsAModel() {
    #expect(Digitizer().digits(of: Tensor(zeros: [2, 64])).count == 2)
    Program.main()
  }

  @Test func anActorServesSeveralTasks() async {
    let recognizer = Recognizer { Sequential { Linear(64, 10) } }
    let counts = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { await recognizer.digits(of: Tensor(zeros: [3, 64])).count } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == Array(repeating: 3, count: 8))
  }
}
