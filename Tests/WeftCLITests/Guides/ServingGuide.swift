import Testing
import Weft

/// The program of the guide "Serving".
@Test func theProgramOfTheServingGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    /// Answers any number of requests at once.
    struct Classifier: Sendable {
      private let shares: FrozenModel

      init(seed: UInt64) throws {
        Random.seed(seed)
        let model = Sequential {
          Flatten(); Linear(64, 10)
        }  // and in earnest: try model.load(from: path)
        shares = try model.frozen(forBatchesOf: [Tensor(zeros: [1, 1, 8, 8])]) { [model($0[0]).softmax(axis: 1)] }
      }

      /// - Throws: `TensorError` for pixels that are no image of 8x8.
      func digit(_ pixels: [Float]) throws -> (digit: Int, probability: Float) {
        let shares = try shares(Tensor(checking: pixels, shape: [1, 1, 8, 8])).scalars(as: Float.self)
        let best = shares.indices.max { shares[$0] < shares[$1] } ?? 0
        return (best, shares[best])
      }
    }

    let classifier = try Classifier(seed: 7)
    let requests = [[Float](repeating: 0.5, count: 64), [1, 2, 3], []]
    let refused = await withTaskGroup(of: Bool.self) { group in
      for pixels in requests {
        group.addTask {
          do { print(try classifier.digit(pixels)) } catch {
            print("400: \(error)")
            return true
          }
          return false
        }
      }
      return await group.reduce(0) { $1 ? $0 + 1 : $0 }
    }
    // End.
    #expect(refused == 2)
  }
}
