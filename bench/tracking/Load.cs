using System.Diagnostics;

namespace Assay.TrackingBench;

/// <summary>Requests a second, how long nearly all of them took, and the processor's time for one, client and server together.</summary>
internal readonly record struct Measured(double PerSecond, double MedianMilliseconds, double P99Milliseconds, double ProcessorMicroseconds);

/// <summary>Sixteen clients that ask as soon as they are answered.</summary>
/// <param name="length">How long each call is measured, after a fifth of it for warming up.</param>
internal sealed class Load(Uri address, string token, TimeSpan length) : IDisposable
{
    private readonly Connection[] _connections = [.. Enumerable.Range(0, 16).Select(_ => new Connection(address, token))];

    public Connection First => _connections[0];

    /// <param name="request">The next request of a client, by the client's number and how many it has sent.</param>
    public async Task<Measured> Run(Func<Connection, int, int, byte[]> request)
    {
        await Round(request, length / 5, 0);
        var before = Environment.CpuUsage.TotalTime;
        var times = await Round(request, length, 1_000_000);
        var processor = Environment.CpuUsage.TotalTime - before;
        times.Sort();
        return new(times.Count / length.TotalSeconds, times[times.Count / 2], times[(int)(times.Count * 0.99)], processor.TotalMicroseconds / times.Count);
    }

    private async Task<List<double>> Round(Func<Connection, int, int, byte[]> request, TimeSpan until, int from)
    {
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(_connections.Select((connection, client) => Task.Run(async () =>
        {
            var times = new List<double>();
            for (var sent = from; Stopwatch.GetElapsedTime(started) < until; sent++)
            {
                var bytes = request(connection, client, sent);
                var asked = Stopwatch.GetTimestamp();
                await connection.Ask(bytes);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            return times;
        })));
        return [.. all.SelectMany(times => times)];
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }
}
