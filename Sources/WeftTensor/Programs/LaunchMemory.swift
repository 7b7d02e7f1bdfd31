/// Which memory the calls of a launched plan have addresses in, and where the value of each slot lies
/// (`Note: Launched plans`).
struct LaunchMemory {
  /// Memory that moves as a whole.
  private struct Region {
    var base: UnsafeMutableRawPointer
    /// Where calls keep addresses in it, and how far behind its base those are, in bytes.
    var addresses: [(place: UnsafeMutablePointer<UnsafeMutableRawPointer?>, distance: Int)] = []

    mutating func move(to base: UnsafeMutableRawPointer) {
      if base == self.base { return }
      self.base = base
      for (place, distance) in addresses { place.pointee = base + distance }
    }
  }

  /// Where the value of a slot is found; a distance is in bytes, from the first element of a region to that of the slot.
  private enum Home {
    /// A constant.
    case constant
    case inner(Tensor)
    case escaping(Int, Placement, distance: Int)
    /// A tensor that comes in each run, into a region of its own.
    case outside(region: Int, Placement)
    /// A tensor that is read from a cell which the step wrote before.
    case readBack(region: Int, Placement, distance: Int)
    /// In the memory of a slot from outside.
    case view(of: Int, Placement, distance: Int)
  }

  private var regions: [Region] = []
  private var homes: [Home]
  /// The memory that each run makes.
  private var escaping: [(byteCount: Int, region: Int)] = []
  private var made: [Storage] = []

  /// Nil for an address that is nobody's, and memory that is two slots'.
  init?(_ noted: NotedRun, _ launches: LaunchList) {
    homes = Array(repeating: .constant, count: noted.values.count)
    var finder = Finder()
    for slot in noted.constants { noted.values[slot].map { finder.add($0.storage, as: addRegion($0.storage.pointer)) } }
    let fixed = regions.indices
    for slot in noted.inputs { if !placeOutside(slot, noted, &finder) { return nil } }
    for (item, slots) in noted.items.enumerated() {
      for slot in slots.filling {
        let isPlaced = noted.calls[item] == nil ? placeOutside(slot, noted, &finder) : placeInside(slot, noted, &finder)
        if !isPlaced { return nil }
      }
    }
    for memory in launches.keptMemory {
      guard let base = memory.baseAddress else { continue }
      finder.add(base, byteCount: memory.count, as: addRegion(UnsafeMutableRawPointer(mutating: base)))
    }
    guard finder.isUnambiguous() else { return nil }
    for place in launches.addresses {
      guard let address = place.pointee, let region = finder.region(of: address) else { return nil }
      regions[region].addresses.append((place, address - regions[region].base))
    }
    launches.forgetContents { finder.region(of: $0).map(fixed.contains) ?? false }
  }

  private mutating func addRegion(_ base: UnsafeMutableRawPointer) -> Int {
    regions.append(Region(base: base))
    return regions.count - 1
  }

  private mutating func placeOutside(_ slot: Int, _ noted: NotedRun, _ finder: inout Finder) -> Bool {
    guard let value = noted.values[slot], value.isPlain else { return false }
    if let known = finder.region(of: value.storage) {
      guard noted.read.contains(slot) else { return false }
      homes[slot] = .readBack(
        region: known, Placement(value), distance: value.baseAddress - regions[known].base)
      return true
    }
    let region = addRegion(value.baseAddress)
    homes[slot] = .outside(region: region, Placement(value))
    finder.add(value, of: slot, as: region)
    return true
  }

  private mutating func placeInside(_ slot: Int, _ noted: NotedRun, _ finder: inout Finder) -> Bool {
    guard let value = noted.values[slot], value.isPlain else { return false }
    let storage = value.storage
    if let owner = finder.outsider(around: value) {
      // Several that happened to lie in a row were joined without a copy: another time they may lie apart.
      guard let other = noted.values[owner], other.reach.contains(value.reach) else { return false }
      homes[slot] = .view(of: owner, Placement(value), distance: value.baseAddress - other.baseAddress)
      return true
    }
    if finder.region(of: storage) == nil {
      let region = addRegion(storage.pointer)
      finder.add(storage, as: region)
      if noted.escapes(storage) { escaping.append((storage.byteCount, region)) }
    }
    guard let region = finder.region(of: storage) else { return false }
    if let number = escaping.firstIndex(where: { $0.region == region }) {
      homes[slot] = .escaping(number, Placement(value), distance: value.baseAddress - storage.pointer)
    } else {
      homes[slot] = .inner(value)
    }
    return true
  }
}

extension LaunchMemory {
  /// Whether tensors of a slot are made from memory here.
  func isMade(_ slot: Int) -> Bool {
    switch homes[slot] {
    case .inner, .escaping, .view: true
    case .constant, .outside, .readBack: false
    }
  }

  /// The lives of the slots whose tensors stand among a run's values; memory that a view lies in lives as long as that.
  func lives(_ noted: NotedRun) -> [SlotLife] {
    var lives = Array(repeating: SlotLife(first: -1, last: -1), count: homes.count)
    for (item, slots) in noted.items.enumerated() {
      for slot in slots.filling { lives[slot] = SlotLife(first: item, last: item) }
      for slot in slots.reading { lives[slot].last = item }
    }
    for slot in noted.results + noted.constants { lives[slot].last = noted.items.count }
    for (slot, home) in homes.enumerated() {
      if case .view(let owner, _, _) = home { lives[owner].last = max(lives[owner].last, lives[slot].last) }
    }
    return lives
  }

  /// New memory for what somebody may keep.
  mutating func makeEscaping() {
    for (byteCount, region) in escaping {
      let storage = Storage(byteCount: byteCount)
      made.append(storage)
      regions[region].move(to: storage.pointer)
    }
  }

  /// Lets go of what a run made.
  mutating func letGo() { made.removeAll(keepingCapacity: true) }

  /// Has the calls read a value from outside where it lies now; false where it lies otherwise than it did, or is missing.
  mutating func settle(_ slot: Int, _ value: Tensor?) -> Bool {
    guard let value else { return false }
    switch homes[slot] {
    case .outside(let region, let placement):
      guard placement.isOf(value) else { return false }
      regions[region].move(to: value.baseAddress)
      return true
    case .readBack(let region, let placement, let distance):
      return placement.isOf(value) && value.baseAddress == regions[region].base + distance
    case .constant, .inner, .escaping, .view: return true
    }
  }

  /// A slot's tensor, for one that `isMade`.
  func tensor(_ slot: Int, _ values: [Tensor?]) -> Tensor? {
    switch homes[slot] {
    case .inner(let tensor): tensor
    case .escaping(let number, let placement, let distance): placement.tensor(in: made[number], at: distance)
    case .view(let owner, let placement, let distance):
      values[owner].map { placement.tensor(in: $0.storage, at: $0.baseAddress - $0.storage.pointer + distance) }
    case .constant, .outside, .readBack: values[slot]
    }
  }
}

/// From which item of a plan on a slot has a value, and which is the last that needs it; results are needed after all.
struct SlotLife {
  var first: Int
  var last: Int
}

extension NotedRun {
  /// Whether somebody may keep what lies in this memory.
  fileprivate func escapes(_ storage: Storage) -> Bool { escaping.contains { values[$0]?.storage === storage } }
}

/// How a tensor lies in memory, wherever that is.
private struct Placement {
  let shape: Shape
  let strides: AxisValues
  let dtype: DType
  let isWeakScalar: Bool
  let countsAsScalar: Bool

  init(_ tensor: Tensor) {
    (shape, strides, dtype) = (tensor.shape, tensor.strides, tensor.dtype)
    (isWeakScalar, countsAsScalar) = (tensor.isWeakScalar, tensor.view.countsAsScalar)
  }

  func isOf(_ tensor: Tensor) -> Bool {
    tensor.dtype == dtype && tensor.shape == shape && tensor.strides == strides && tensor.isPlain
  }

  /// - Parameter distance: Of the first element, in bytes.
  func tensor(in storage: Storage, at distance: Int) -> Tensor {
    Tensor(
      view: StorageView(
        storage: storage, shape: shape, strides: strides, offset: distance / dtype.byteCount, dtype: dtype,
        isWeakScalar: isWeakScalar, countsAsScalar: countsAsScalar))
  }
}

extension Tensor {
  /// The addresses from the first through the last byte of its elements.
  fileprivate var reach: Range<UInt> {
    let base = UInt(bitPattern: baseAddress)
    if elementCount == 0 { return base..<base }
    let steps = zip(shape.axes, strides).map { ($0 - 1) * $1 * dtype.byteCount }
    let (back, forth) = (steps.filter { $0 < 0 }.reduce(0, -), steps.filter { $0 > 0 }.reduce(0, +))
    return base - UInt(back)..<base + UInt(forth + dtype.byteCount)
  }
}

/// Which region an address lies in.
private struct Finder {
  private var ranges: [(bytes: Range<UInt>, region: Int, slot: Int?)] = []
  private var regionOfStorage: [ObjectIdentifier: Int] = [:]

  /// Memory that is one region as a whole.
  mutating func add(_ storage: Storage, as region: Int) {
    if regionOfStorage[ObjectIdentifier(storage)] != nil { return }
    regionOfStorage[ObjectIdentifier(storage)] = region
    add(storage.pointer, byteCount: max(storage.byteCount, 1), as: region)
  }

  mutating func add(_ base: UnsafeRawPointer, byteCount: Int, as region: Int) {
    ranges.append((UInt(bitPattern: base)..<UInt(bitPattern: base) + UInt(byteCount), region, nil))
  }

  /// What a tensor from outside reaches.
  mutating func add(_ tensor: Tensor, of slot: Int, as region: Int) {
    if tensor.elementCount > 0 { ranges.append((tensor.reach, region, slot)) }
  }

  func region(of storage: Storage) -> Int? { regionOfStorage[ObjectIdentifier(storage)] }

  /// The slot from outside in whose memory a tensor lies.
  func outsider(around tensor: Tensor) -> Int? {
    let address = UInt(bitPattern: tensor.baseAddress)
    return ranges.first { $0.slot != nil && $0.bytes.contains(address) }?.slot
  }

  /// Sorts what is known; false where some memory belongs to two.
  mutating func isUnambiguous() -> Bool {
    ranges.sort { $0.bytes.lowerBound < $1.bytes.lowerBound }
    return zip(ranges, ranges.dropFirst()).allSatisfy { $0.bytes.upperBound <= $1.bytes.lowerBound }
  }

  func region(of address: UnsafeMutableRawPointer) -> Int? {
    let address = UInt(bitPattern: address)
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].bytes.upperBound > address { high = middle } else { low = middle + 1 }
    }
    return low < ranges.count && ranges[low].bytes.contains(address) ? ranges[low].region : nil
  }
}
