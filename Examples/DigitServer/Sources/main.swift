// A server that says which digit an image shows:
//
//   swift run -c release &
//   curl localhost:8080/digit -H 'Content-Type: application/json' -d '{"pixels": [...]}'

import Hummingbird
import Weft

Threads.count = 1  // one image is small: sharing it out over threads costs more than it saves
let router = makeRouter(Classifier())
if isBrief {
  try await askItself(router)
} else {
  try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8080))).runService()
}
