namespace Assay.Kernel;

/// <summary>
/// One at a time for each key, in this process. Other keys have turns of their own: what takes long at one keeps nobody waiting
/// at another.
/// </summary>
public sealed class KeyedTurns<TKey>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Line> _lines = [];

    /// <summary>Waits until nobody else has the turn of this key; dispose what it returns.</summary>
    public async Task<IDisposable> Take(TKey key, CancellationToken cancel)
    {
        var line = Join(key);
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

    private Line Join(TKey key)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(key, out var line))
                _lines[key] = line = new(key);
            line.Length++;
            return line;
        }
    }

    // Keys come and go: a line is there for as long as somebody stands in it.
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

    private sealed class Line(TKey key)
    {
        public TKey Key => key;

        public SemaphoreSlim One { get; } = new(1);

        public int Length { get; set; }
    }

    private sealed class Turn(KeyedTurns<TKey> turns, Line line) : IDisposable
    {
        public void Dispose()
        {
            line.One.Release();
            turns.Leave(line);
        }
    }
}
