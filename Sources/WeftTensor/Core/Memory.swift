import CWeft
import Glibc

/// What the tensors of this process hold.
public enum Memory {
  /// Counters of the pool that tensors' memory comes from, over the whole process.
  public struct Statistics: Sendable, Hashable {
    /// Bytes held by tensors now, in whole blocks.
    public var live = 0
    /// Blocks held by tensors now.
    public var liveStorages = 0
    /// Bytes kept for reuse.
    public var cached = 0
    /// The most bytes that were live at once since the start or the last `resetPeak()`.
    public var peak = 0
    /// How often a tensor took a block.
    public var allocations = 0
    /// How often the system was asked for memory, and for how many bytes.
    public var systemAllocations = 0
    /// The bytes of those blocks.
    public var systemBytes = 0
  }

  /// The counters as they are now.
  public static var stats: Statistics { MemoryPool.shared.statistics }

  /// Bytes that tensors may hold; an operation whose result would pass it fails with an error. At first, the smaller
  /// of the cgroup's limit and physical memory.
  public static var limit: Int {
    get { MemoryPool.shared.limit }
    set { MemoryPool.shared.limit = newValue }
  }

  /// Gives the blocks kept for reuse back to the system.
  public static func trim() { MemoryPool.shared.trim() }

  /// Starts a new measurement of the peak.
  public static func resetPeak() { MemoryPool.shared.resetPeak() }

  /// Runs `body` and tells the most bytes that were live meanwhile. A measurement around it goes on.
  package static func withPeak<Result>(
    _ tell: (Int) -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = MemoryPool.shared.beginPeak()
    defer { tell(MemoryPool.shared.endPeak(outer: outer.peak).peak) }
    return try body()
  }
}

/// Blocks of memory in size classes (four to a power of two), aligned to 64 bytes; freed blocks wait for the next
/// tensor of their class, up to a bound of a quarter of the limit. Under the thread sanitizer they go back to the system.
final class MemoryPool: Sendable {
  static let shared = MemoryPool()

  private struct State: ~Copyable {
    var free: [[UInt]] = Array(repeating: [], count: MemoryPool.classCount)
    var statistics = Memory.Statistics()
    var limit = Int(weft_memory_limit())
    /// Blocks held by tensors, by size class.
    var live: [Int] = Array(repeating: 0, count: MemoryPool.classCount)
  }

  private static let classCount = 4 * 48
  private static let smallest = 64
  private let state = Guarded(State())

  var statistics: Memory.Statistics { state.withLock { $0.statistics } }

  var limit: Int {
    get { state.withLock { $0.limit } }
    set { state.withLock { $0.limit = newValue } }
  }

  /// Whether `byteCount` more bytes stay within the limit.
  func hasRoom(for byteCount: Int) -> Bool {
    state.withLock { $0.statistics.live + byteCount <= $0.limit }
  }

  func allocate(_ byteCount: Int) -> (pointer: UnsafeMutableRawPointer, capacity: Int) {
    let (index, capacity) = Self.sizeClass(of: byteCount)
    let reused = state.withLock { state -> UInt? in
      state.statistics.live += capacity
      state.statistics.liveStorages += 1
      state.statistics.allocations += 1
      state.live[index] += 1
      state.statistics.peak = max(state.statistics.peak, state.statistics.live)
      guard let block = state.free[index].popLast() else {
        state.statistics.systemAllocations += 1
        state.statistics.systemBytes += capacity
        return nil
      }
      state.statistics.cached -= capacity
      return block
    }
    if let reused, let pointer = UnsafeMutableRawPointer(bitPattern: reused) { return (pointer, capacity) }
    return (systemAllocate(capacity), capacity)
  }

  func release(_ pointer: UnsafeMutableRawPointer, capacity: Int) {
    let (index, _) = Self.sizeClass(of: capacity)
    let kept = state.withLock { state -> Bool in
      state.statistics.live -= capacity
      state.statistics.liveStorages -= 1
      state.live[index] -= 1
      guard Self.keepsBlocks, state.statistics.cached + capacity <= state.limit / 4 else { return false }
      state.statistics.cached += capacity
      state.free[index].append(UInt(bitPattern: pointer))
      return true
    }
    if kept { return }
    weft_sanitizer_ignore_begin()
    free(pointer)
    weft_sanitizer_ignore_end()
  }

  func trim() {
    let blocks = state.withLock { state -> [UInt] in
      let blocks = state.free.flatMap { $0 }
      for index in state.free.indices { state.free[index] = [] }
      state.statistics.cached = 0
      return blocks
    }
    for block in blocks { free(UnsafeMutableRawPointer(bitPattern: block)) }
  }

  /// The size classes whose live blocks hold the most memory.
  func largestGroups(_ count: Int) -> [(count: Int, size: Int)] {
    let live = state.withLock { $0.live }
    let groups = live.indices.filter { live[$0] > 0 }.map { (count: live[$0], size: Self.capacity(ofClass: $0)) }
    return Array(groups.sorted { $0.count * $0.size > $1.count * $1.size }.prefix(count))
  }

  func resetPeak() { state.withLock { $0.statistics.peak = $0.statistics.live } }

  /// Starts a measurement of the peak inside another; returns what held before.
  func beginPeak() -> Memory.Statistics {
    state.withLock { state in
      defer { state.statistics.peak = state.statistics.live }
      return state.statistics
    }
  }

  /// Ends it: returns what holds now with the peak since its beginning, and goes on with the one around it.
  func endPeak(outer: Int) -> Memory.Statistics {
    state.withLock { state in
      defer { state.statistics.peak = max(outer, state.statistics.peak) }
      return state.statistics
    }
  }

  private func systemAllocate(_ capacity: Int) -> UnsafeMutableRawPointer {
    if let pointer = Self.alignedBlock(capacity) { return pointer }
    trim()
    if let pointer = Self.alignedBlock(capacity) { return pointer }
    fatalError(TensorError.outOfMemory(byteCount: capacity, operation: "allocation").description)
  }

  /// Memory from the system; large blocks begin at a huge page and ask for such, which spares the processor most of its
  /// searches for addresses.
  private static func alignedBlock(_ capacity: Int) -> UnsafeMutableRawPointer? {
    let isLarge = capacity >= hugePage
    // Not `aligned_alloc`, which wants a multiple of the alignment: the sanitizers hold to that.
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, isLarge ? hugePage : 64, capacity) == 0, let pointer = block else { return nil }
    if isLarge { madvise(pointer, capacity, MADV_HUGEPAGE) }
    return pointer
  }

  private static let hugePage = 2 << 20

  /// The thread sanitizer does not see references counted. It would take what one tensor's last reader did to a block, and
  /// what the next tensor's first writer does, for a race.
  private static var keepsBlocks: Bool { !weft_sanitizer_watches() }

  /// The class of a request and the size of its blocks: 64, 128, 192, 256, 320, 384, 448, 512, 640, ...
  ///
  /// The class of a block's size is the block's own, so that it returns to where it was taken from.
  static func sizeClass(of byteCount: Int) -> (index: Int, capacity: Int) {
    let request = (max(byteCount, smallest) + 63) / 64 * 64
    let exponent = Int.bitWidth - 1 - request.leadingZeroBitCount
    let quarter = 1 << (exponent - 2)
    let steps = (request - (1 << exponent) + quarter - 1) / quarter  // 0 through 4
    return ((exponent - 6) * 4 + steps, (1 << exponent) + steps * quarter)
  }

  /// The size of the blocks of a class.
  private static func capacity(ofClass index: Int) -> Int {
    let exponent = index / 4 + 6
    return (1 << exponent) + index % 4 * (1 << (exponent - 2))
  }
}
