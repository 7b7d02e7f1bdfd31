import HTTPTypes
import Hummingbird
@_spi(Locks) import WeftTensor

/// Which methods the paths of a router take: what a client is told that asked with another.
package final class AllowedMethods: Sendable {
  private struct Entry {
    let path: RouterPath
    let method: HTTPRequest.Method
  }
  package init() {}

  private let entries = Guarded<[Entry]>([])

  /// Takes the routes of a router that has them all.
  func take(_ router: Router<some RequestContext>) {
    let all = router.routes.map { Entry(path: $0.path, method: $0.method) }
    entries.withLock { $0 = all }
  }

  /// The methods that a path takes, as the header `Allow` has them; empty where there is no such path.
  func methods(of path: String) -> [String] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    let found = entries.withLock { $0 }.filter { entry in
      entry.path.count == parts.count && zip(entry.path, parts).allSatisfy { $0 ~= $1 }
    }
    let methods = Set(found.map(\.method.rawValue))
    // A router answers HEAD wherever it answers GET.
    return (methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted()
  }
}
