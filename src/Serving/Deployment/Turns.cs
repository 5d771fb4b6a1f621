namespace Assay.Serving.Deployment;

/// <summary>
/// One change of an endpoint at a time, so that what the database says and what answers can't drift apart, and nothing is
/// loaded twice. Other endpoints have turns of their own: what loads slowly there keeps no roll-back waiting here.
/// </summary>
internal sealed class Turns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Project, string Endpoint), Line> _lines = [];

    /// <summary>Waits until no other change of this endpoint is under way; dispose what it returns.</summary>
    public async Task<IDisposable> Take(string project, string endpoint, CancellationToken cancel)
    {
        var line = Join((project, endpoint));
        try
        {
            await line.One.WaitAsync(cancel);
        }
        catch
        {
            Leave(line);
            throw;
        }

        return new Turn(this, line);
    }

    private Line Join((string Project, string Endpoint) key)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(key, out var line))
                _lines[key] = line = new(key);
            line.Length++;
            return line;
        }
    }

    // Endpoints come and go: a line is there for as long as somebody stands in it.
    private void Leave(Line line)
    {
        lock (_lock)
        {
            line.Length--;
            if (line.Length > 0)
                return;
            _lines.Remove(line.Key);
            line.One.Dispose();
        }
    }

    private sealed class Line((string Project, string Endpoint) key)
    {
        public (string Project, string Endpoint) Key => key;

        public SemaphoreSlim One { get; } = new(1);

        public int Length { get; set; }
    }

    private sealed class Turn(Turns turns, Line line) : IDisposable
    {
        public void Dispose()
        {
            line.One.Release();
            turns.Leave(line);
        }
    }
}
