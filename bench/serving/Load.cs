using System.Diagnostics;
using Assay.ServingBench.Grpc;
using Assay.TrackingBench;

namespace Assay.ServingBench;

/// <summary>How a server did.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="P50">Median time of a request, in milliseconds.</param>
/// <param name="P99">99 of 100 requests took at most so long.</param>
/// <param name="P999">999 of 1000 requests took at most so long.</param>
/// <param name="Processor">Microseconds of processor time that the server's own process took for a request.</param>
internal readonly record struct Measured(double PerSecond, double P50, double P99, double P999, double Processor);

/// <summary>Thirty-two connections to one server that send one request over and over.</summary>
internal sealed class Load : IDisposable
{
    private const int Connections = 32;
    private readonly Asker[] _connections;
    private readonly byte[] _request;

    // Where no collection moves them: a pause of this process would count as one of the server.
    private readonly Times[] _times = [.. Enumerable.Range(0, Connections).Select(_ => new Times())];

    private readonly Child _server;

    public Load(Child server, string path, string body, string token = "")
    {
        _server = server;
        var connections = Enumerable.Range(0, Connections).Select(_ => new Connection(server.Address, token)).ToList();
        _connections = [.. connections.Select(connection => new Asker(connection, connection.Ask))];
        _request = connections[0].Request("POST", path, body);
    }

    private Load(Child server, IEnumerable<GrpcConnection> connections, byte[] message)
    {
        _server = server;
        _connections = [.. connections.Select(connection => new Asker(connection, connection.Ask))];
        _request = message;
    }

    /// <summary>Calls by gRPC, one at a time on each connection.</summary>
    public static Load Grpc(Child server, byte[] message, string token) =>
        new(server, Enumerable.Range(0, Connections).Select(_ => new GrpcConnection(server.Address, token, message)), message);

    /// <summary>How long the server's runtime compiled so far.</summary>
    public Task<TimeSpan> Compiled() => _server.Compiled();

    /// <summary>Asks as soon as the last answer is there.</summary>
    public Task<Measured> Closed(TimeSpan length) => Run(length, async (connection, _, started, times) =>
    {
        while (Stopwatch.GetElapsedTime(started) < length)
        {
            var asked = Stopwatch.GetTimestamp();
            await connection.Ask(_request);
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
    });

    /// <summary>Asks so many times a second, whether answers come or not: what waits behind a slow answer counts as slow.</summary>
    public Task<Measured> Open(double perSecond, TimeSpan length) => Run(length, async (connection, client, started, times) =>
    {
        var spacing = TimeSpan.FromSeconds(Connections / perSecond);
        for (var due = spacing * client / Connections; due < length; due += spacing)
        {
            // A timer is a millisecond late, which counts. To wait awake would take the processor from the server that is measured.
            var wait = due - Stopwatch.GetElapsedTime(started);
            if (wait > TimeSpan.Zero)
                await Task.Delay((int)Math.Ceiling(wait.TotalMilliseconds));
            await connection.Ask(_request);
            times.Add((Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds);
        }
    });

    private async Task<Measured> Run(TimeSpan length, Func<Asker, int, long, Times, Task> client)
    {
        var processor = _server.Processor;
        var started = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(_connections.Select((connection, number) => Task.Run(async () =>
        {
            var times = _times[number];
            times.Clear();
            await client(connection, number, started, times);
            return times;
        })));
        List<double> sorted = [.. all.SelectMany(times => times.All).Order()];
        return new(sorted.Count / length.TotalSeconds, At(0.5), At(0.99), At(0.999), (_server.Processor - processor).TotalMicroseconds / sorted.Count);

        double At(double share) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }

    /// <summary>How long each request of a connection took.</summary>
    private sealed class Times
    {
        private readonly double[] _times = GC.AllocateUninitializedArray<double>(100_000, pinned: true);
        private int _count;

        public ArraySegment<double> All => new(_times, 0, _count);

        public void Add(double milliseconds) => _times[_count++] = milliseconds;

        public void Clear() => _count = 0;
    }

    private sealed class Asker(IDisposable connection, Func<byte[], Task> ask) : IDisposable
    {
        public Task Ask(byte[] request) => ask(request);

        public void Dispose() => connection.Dispose();
    }
}
