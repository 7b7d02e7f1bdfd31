/// The page at `/`, where a person tries the models: one file, nothing loaded from elsewhere.
enum Page {
  static let html = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Weft</title>
    <link rel="icon" href="data:,">
    <style>\(PageStyle.css)</style>
    </head>
    <body>
    <header>
      <h1>Weft</h1>
      <span id="state" class="state">…</span>
      <nav><a href="/openapi.json">OpenAPI</a> <a href="/metrics">Metrics</a></nav>
    </header>
    <main>
      <section class="card bar">
        <label>Model <select id="model"></select></label>
        <label>Bearer token <input id="token" type="password" placeholder="where one is needed" autocomplete="off"></label>
      </section>
      <div id="tabs" role="tablist"></div>

      <section class="card" data-ability="generation" data-title="Chat" hidden>
        <div id="talk" aria-live="polite"></div>
        <form id="chat">
          <textarea id="message" rows="3" placeholder="Say something" required></textarea>
          <div class="row">
            <label>Temperature <input id="temperature" type="number" min="0" max="2" step="0.1" value="0.7"></label>
            <label>Tokens at most <input id="most" type="number" min="1" value="256"></label>
            <button>Send</button>
            <button type="button" id="stop" class="quiet" disabled>Stop</button>
            <button type="button" id="clear" class="quiet">New</button>
          </div>
        </form>
      </section>

      <section class="card" data-ability="embedding" data-title="Embeddings" hidden>
        <p>How near texts are to each other: one text on each line.</p>
        <form id="embed">
          <textarea id="texts" rows="6" required>A cat sits on the mat.
    A kitten rests on a rug.
    The stock market fell today.</textarea>
          <div class="row"><button>Compare</button></div>
        </form>
        <div id="near" class="scroll"></div>
      </section>

      <section class="card" data-ability="reranking" data-title="Rerank" hidden>
        <form id="rerank">
          <label>Query <input id="query" value="What is deep learning?" required></label>
          <textarea id="answers" rows="5" required>Deep learning trains networks of many layers.
    Cheese is made of milk.</textarea>
          <div class="row"><button>Rank</button></div>
        </form>
        <div id="ranked"></div>
      </section>

      <section class="card" data-ability="classification" data-title="Classify" hidden>
        <form id="classify">
          <textarea id="sample" rows="4" required>I like it very much.</textarea>
          <div class="row"><button>Classify</button></div>
        </form>
        <div id="classes"></div>
      </section>

      <section class="card" data-ability="prediction" data-title="Tensors" hidden>
        <p>A request of the Open Inference Protocol.</p>
        <form id="infer">
          <textarea id="tensors" class="code" rows="10" required></textarea>
          <div class="row"><button>Run</button></div>
        </form>
        <pre id="results"></pre>
      </section>

      <section class="card" data-ability="completion" data-title="Write" hidden>
        <p>The model reads one text and writes another.</p>
        <form id="complete">
          <textarea id="source" rows="4" required>translate English to German: How old are you?</textarea>
          <div class="row"><button>Write</button></div>
        </form>
        <pre id="written"></pre>
      </section>

      <section class="card" data-ability="transcription" data-title="Transcribe" hidden>
        <form id="transcribe">
          <div class="row">
            <label>WAV file <input id="sound" type="file" accept="audio/wav,.wav" required></label>
            <label>Language <input id="language" placeholder="the one that is heard"></label>
            <button>Write down</button>
          </div>
        </form>
        <pre id="heard"></pre>
      </section>

      <p id="error" class="error" role="alert" hidden></p>
      <section class="card" id="none" hidden>No model has been loaded yet. This page looks again by itself.</section>
      <details class="card"><summary>The same from a shell</summary><pre id="shell"></pre></details>
    </main>
    <script>\(PageScript.text)</script>
    </body>
    </html>

    """
}
