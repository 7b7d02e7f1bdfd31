import Foundation
import Weft
import WeftMPI

/// Each collective with each type.
func collectives(_ communicator: Communicator, _ words: [String]) throws {
  let (rank, size) = (communicator.rank, communicator.size)
  let all = (0..<size).map { Double($0 + 1) }
  let expected: [(Communicator.Reduction, Double)] = [
    (.sum, all.reduce(0, +)), (.mean, all.reduce(0, +) / Double(size)), (.max, Double(size)), (.min, 1),
  ]
  for dtype in [DType.float32, .float64, .bfloat16, .float16] {
    for (reduction, value) in expected {
      let own = Tensor(full: [2, 3], Double(rank + 1), dtype: dtype)
      let result = try communicator.allReduce(own, reduction, name: "\(reduction) of \(dtype)")
      try expect(result.shape == [2, 3] && result.dtype == dtype, "the form of \(reduction)")
      try expect(result.scalars(as: Double.self).allSatisfy { $0 == value }, "\(reduction) of \(dtype): \(result)")
    }
  }
  let whole = try communicator.allReduce(Tensor([Int64(rank), 5]), name: "integers")
  try expect(whole.scalars(as: Int.self) == [size * (size - 1) / 2, 5 * size], "integers: \(whole)")
  let sent = try communicator.broadcast(Tensor([Double(rank), 2]), from: size - 1, name: "last")
  try expect(sent.scalars(as: Double.self) == [Double(size - 1), 2], "broadcast: \(sent)")
  let gathered = try communicator.gather(Tensor([Float(rank)]), name: "ranks")
  try expect(gathered.map { $0.item(as: Int.self) } == Array(0..<size), "gather: \(gathered)")
  let texts = try communicator.gather(String(repeating: "ä", count: rank), name: "texts")
  try expect(texts == (0..<size).map { String(repeating: "ä", count: $0) }, "texts: \(texts)")
  // Several under way at once, over the threads of a kernel that computes meanwhile.
  let pending = try (0..<20).map { try communicator.startAllReduce(Tensor(full: [1000], 1), name: "many \($0)") }
  let product = Tensor(ones: [200, 200]).matmul(Tensor(ones: [200, 200]))
  try expect(product[0, 0].item(as: Double.self) == 200, "a product meanwhile")
  for sum in pending { try expect(try sum.wait()[999].item(as: Int.self) == size, "one of many") }
  try communicator.barrier(name: "end")
  say("rank \(rank) of \(size) is right")
}

func mismatch(_ communicator: Communicator, _ words: [String]) throws {
  _ = try communicator.allReduce(Tensor([1.0]), name: "first")
  if communicator.rank == 1 {
    try communicator.barrier(name: "elsewhere")
  } else {
    _ = try communicator.allReduce(Tensor([1.0, 2.0]), name: "second")
  }
}

/// Long names, with what JSON writes in six letters, that differ at their end alone.
func names(_ communicator: Communicator, _ words: [String]) throws {
  let name = String(repeating: "é\u{1}", count: 2000)
  if words.contains("late") {
    try communicator.barrier(name: name)
    if communicator.rank == 1 { Thread.sleep(forTimeInterval: 10) }
    try communicator.barrier(name: "after")
  } else {
    try communicator.barrier(name: name + "\(communicator.rank)")
  }
}

func size(_ communicator: Communicator, _ words: [String]) throws {
  let count = communicator.rank == communicator.size - 1 ? 3 : 4
  _ = try communicator.allReduce(Tensor(zeros: [count]), name: "sizes")
}

func ended(_ communicator: Communicator, _ words: [String]) throws {
  if communicator.rank == 1 { return }
  _ = try communicator.allReduce(Tensor([1.0]), name: "without one")
}

/// A process that stands still, as on a machine that swaps.
func stopped(_ communicator: Communicator, _ words: [String]) throws {
  try communicator.barrier(name: "all there")
  if communicator.rank == 1 { kill(getpid(), SIGSTOP) }
  _ = try communicator.allReduce(Tensor([1.0]), name: "waiting")
}

/// One that lives and computes something else.
func late(_ communicator: Communicator, _ words: [String]) throws {
  try communicator.barrier(name: "all there")
  if communicator.rank == 1 { Thread.sleep(forTimeInterval: 15) }
  _ = try communicator.allReduce(Tensor([1.0]), name: "waiting")
}

func killed(_ communicator: Communicator, _ words: [String]) throws {
  try communicator.barrier(name: "all there")
  if communicator.rank == 1 { kill(getpid(), SIGKILL) }
  _ = try communicator.allReduce(Tensor([1.0]), name: "waiting")
}

func failed(_ communicator: Communicator, _ words: [String]) throws {
  try communicator.barrier(name: "all there")
  if communicator.rank == 1 { throw Wrong(what: "its disk is full") }
  _ = try communicator.allReduce(Tensor([1.0]), name: "waiting")
}
