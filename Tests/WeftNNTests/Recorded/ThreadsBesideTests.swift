import Foundation
import Synchronization
import Testing
import Weft

/// Threads beside a step that is recorded: what they do is no matter of the step's, until it uses what they made.
@Suite struct ThreadsBesideTests {
  private static let batches = (0..<20).map { number in
    Tensor(normal: [4, 3], using: RandomStream(seed: 6, offset: UInt64(number)))
  }

  private static let step: @Sendable (Module, Optimizer, [Tensor]) -> [Tensor] = { model, optimizer, batch in
    let loss = model(batch[0]).squared().mean()
    loss.backward()
    optimizer.step()
    optimizer.zeroGrad()
    return [loss]
  }

  /// Losses and weights of a training, as the step stands or recorded, and how many steps were replayed.
  private static func train(
    isRecorded: Bool, batch: (Int) -> Tensor = { batches[$0] }
  ) throws -> (numbers: [Tensor], replays: Int, why: String) {
    try Random.withSeed(3) {
      let model = Sequential {
        Linear(3, 8); Dropout(0.2); Linear(8, 1)
      }
      let optimizer = AdamW(model.parameters(), learningRate: 0.01)
      let recorded = Recorded(model, optimizer) { step($0, $1, $2) }
      var numbers: [Tensor] = []
      for place in batches.indices {
        let batch = [batch(place)]
        numbers += try isRecorded ? recorded.run(batch) : step(model, optimizer, batch).map { $0.detach() }
      }
      numbers += model.parameters().map(\.value)
      return (numbers, recorded.replayCount, recorded.whyNotReplayed?.description ?? "")
    }
  }

  private final class Flag: Sendable { let isSet = Atomic(false) }

  /// Calls `body` with the numbers of `count` threads at once.
  private static func threads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for number in 0..<count {
      group.enter()
      Thread {
        body(number)
        group.leave()
      }.start()
    }
    group.wait()
  }

  /// Trainings that are recorded at the same time, and threads that only compute.
  @Test func trainingsAtOnce() throws {
    let plain = try Self.train(isRecorded: false)
    let over = Flag()
    let found = Mutex<[(numbers: [Tensor], replays: Int, why: String)]>([])
    let beside = Thread {
      while !over.isSet.load(ordering: .relaxed) {
        _ = Tensor(ones: [16, 16]).matmul(Tensor(ones: [16, 16])).sum().item()
      }
    }
    beside.start()
    Self.threads(3) { _ in
      for _ in 0..<4 {
        do {
          let trained = try Self.train(isRecorded: true)
          found.withLock { $0.append(trained) }
        } catch { Issue.record(error) }
      }
    }
    over.isSet.store(true, ordering: .relaxed)
    let trainings = found.withLock { $0 }
    #expect(trainings.count == 12)
    for training in trainings {
      #expect(training.replays == 17, "\(training.why)")
      #expect(zip(training.numbers, plain.numbers).allSatisfy { $0.elementsEqual($1) })
    }
  }

  /// Batches that threads make while the steps before are recorded.
  @Test func loaders() throws {
    let loader = BatchLoader(count: Self.batches.count)
    loader.start(threads: 2) { Self.batches[$0] * 1 }
    let plain = try Self.train(isRecorded: false)
    let training = try Self.train(isRecorded: true) { loader.take($0) }
    #expect(training.replays == 17, "\(training.why)")
    #expect(zip(training.numbers, plain.numbers).allSatisfy { $0.elementsEqual($1) })
  }

  private final class BatchLoader: Sendable {
    private let made: Mutex<[Int: Tensor]> = Mutex([:])
    private let next = Atomic(0)
    private let count: Int

    init(count: Int) { self.count = count }

    func start(threads: Int, _ make: @escaping @Sendable (Int) -> Tensor) {
      for _ in 0..<threads {
        Thread { [self] in
          while true {
            let place = next.add(1, ordering: .relaxed).oldValue
            guard place < count else { return }
            let tensor = make(place)
            made.withLock { $0[place] = tensor }
          }
        }.start()
      }
    }

    func take(_ place: Int) -> Tensor {
      while true { if let tensor = made.withLock({ $0[place] }) { return tensor } }
    }
  }

  private final class Table: Sendable {
    private let tensor = Mutex<Tensor?>(nil)
    func value(_ make: () -> Tensor) -> Tensor {
      tensor.withLock { known in
        let value = known ?? make()
        known = value
        return value
      }
    }
  }

  /// What is made once, by another thread, in the first run: the second is recorded in its place.
  @Test func aTableThatIsMadeOnce() throws {
    let table = Table()
    let step = Recorded(Linear(3, 1)) { model, x in
      (model(x) * 0 + x * table.value { OtherThreadTests.elsewhere { Tensor(2.0) } }).sum()
    }
    for batch in Self.batches { #expect(try step(batch).item() == (batch * 2).sum().item()) }
    #expect(step.whyNotReplayed == nil, "\(step.whyNotReplayed?.description ?? "")")
    #expect(step.replayCount == 16)
    let frozen = Table()
    let model = try Linear(3, 1).frozen(for: [[Self.batches[0]]]) {
      [$0[0] * frozen.value { OtherThreadTests.elsewhere { Tensor(3.0) } }]
    }
    #expect(try model.run([Self.batches[1]])[0].elementsEqual(Self.batches[1] * 3))
  }

  /// Equal ones that were made before, another one for each run: no constant.
  @Test func aQueue() throws {
    let queue = Mutex((0..<20).map { Tensor($0 < 6 ? 1.0 : Double($0)) })
    let step = Recorded(Linear(3, 1)) { model, x in
      (model(x) * 0 + queue.withLock { $0.removeFirst() }).mean()
    }
    for number in 0..<20 { #expect(try step(Self.batches[number]).item() == (number < 6 ? 1 : Double(number))) }
    #expect(step.replayCount == 0)
    let why = step.whyNotReplayed?.description ?? ""
    #expect(why.contains("another tensor in each"), "\(why)")
  }

  /// What another recorded step makes, which began before or after this one.
  @Test(arguments: [false, true]) func anothersRecording(_ isEarlier: Bool) throws {
    final class Meeting: Sendable {
      let allowed = DispatchSemaphore(value: 0)
      let begun = DispatchSemaphore(value: 0)
      let wanted = DispatchSemaphore(value: 0)
      let made = DispatchSemaphore(value: 0)
      let tensor = Mutex<Tensor?>(nil)
    }
    let meeting = Meeting()
    let runs = 8
    @Sendable func beside() {
      let other = Recorded(Linear(3, 1)) { model, x in
        meeting.begun.signal()
        meeting.wanted.wait()
        let made = x.sum() * 2
        meeting.tensor.withLock { $0 = made }
        meeting.made.signal()
        return model(x).sum()
      }
      for number in 0..<runs {
        if !isEarlier { meeting.allowed.wait() }
        // Another shape each time, so that each run is recorded.
        do { try other(Tensor(full: [number + 1, 3], number < 3 ? 1 : 2)) } catch { Issue.record(error) }
      }
    }
    Thread { beside() }.start()
    let step = Recorded(Linear(3, 1)) { model, x in
      if !isEarlier {
        meeting.allowed.signal()
        meeting.begun.wait()
      }
      meeting.wanted.signal()
      meeting.made.wait()
      return (model(x) * 0 + meeting.tensor.withLock { $0 ?? Tensor(0.0) }).mean()
    }
    for number in 0..<runs {
      if isEarlier { meeting.begun.wait() }
      let expected = Double((number + 1) * 3 * 2 * (number < 3 ? 1 : 2))
      #expect(try step(Self.batches[0]).item() == expected)
    }
    #expect(step.replayCount == 0)
    #expect(step.whyNotReplayed?.description.contains("another thread made meanwhile") == true)
  }

  /// A task goes on in whatever thread.
  @Test func aTaskThatHops() async throws {
    let plain = try Self.train(isRecorded: false)
    var generator = RandomGenerator(seed: 3)
    let model = Random.withGenerator(generator) {
      let model = Sequential {
        Linear(3, 8); Dropout(0.2); Linear(8, 1)
      }
      generator = Random.generator
      return model
    }
    let optimizer = AdamW(model.parameters(), learningRate: 0.01)
    let recorded = Recorded(model, optimizer) { Self.step($0, $1, $2) }
    var losses: [Tensor] = []
    for batch in Self.batches {
      losses += try Random.withGenerator(generator) {
        let results = try recorded.run([batch])
        generator = Random.generator
        return results
      }
      await Task.yield()
      try await Task.sleep(nanoseconds: 100_000)
    }
    #expect(recorded.replayCount == 17, "\(recorded.whyNotReplayed?.description ?? "")")
    #expect(zip(losses, plain.numbers).allSatisfy { $0.elementsEqual($1) })
  }

  /// Parts of the step on several threads: it stays as it is, and right.
  @Test func partsOnThreads() throws {
    let step = Recorded(Linear(3, 1)) { model, x in
      let parts = Mutex<[Int: Tensor]>([:])
      DispatchQueue.concurrentPerform(iterations: 4) { row in
        let part = (x[row] * Tensor(Double(row + 1))).sum()
        parts.withLock { $0[row] = part }
      }
      let found = parts.withLock { $0 }
      return (model(x) * 0).sum() + stacked((0..<4).map { found[$0] ?? Tensor(0.0) }).sum()
    }
    for batch in Self.batches {
      let expected = stacked((0..<4).map { (batch[$0] * Tensor(Double($0 + 1))).sum() }).sum()
      #expect(try step(batch).elementsEqual(expected))
    }
  }

  /// A task that the step began goes on beside and after it, with what it took over: it is in no book.
  @Test func aTaskThatOutlivesTheStep() async throws {
    let over = Flag()
    let tasks = Mutex<[Task<Double, Never>]>([])
    let step = Recorded(Linear(3, 1)) { model, x in
      let task = Task {
        var last = 0.0
        repeat {
          last = (Tensor(ones: [2]) * 2).sum().item()
          await Task.yield()
        } while !over.isSet.load(ordering: .relaxed)
        let inner = Recorded(Linear(3, 1)) { model, x in model(x).sum() }
        for _ in 0..<4 { _ = try? inner(Tensor(ones: [1, 3])) }
        return inner.replayCount == 2 ? last : -1
      }
      tasks.withLock { $0.append(task) }
      return model(x).sum()
    }
    for batch in Self.batches[..<4] { try step(batch) }
    #expect(step.replayCount == 2, "\(step)")
    over.isSet.store(true, ordering: .relaxed)
    for task in tasks.withLock({ $0 }) { #expect(await task.value == 4) }
  }
}
