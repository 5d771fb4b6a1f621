using System.Threading.Channels;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Sinks;
using Microsoft.Extensions.Options;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>A segment as readers see it.</summary>
internal sealed record PendingSegment(string Id, string Path, string Project, string Endpoint, long SizeBytes, long Calls, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Where its frames begin; none of what a former process left.</summary>
    public FrameMarks Marks { get; init; } = new();
}

/// <summary>
/// The segments that are being written and those that wait for their file. Written to by one thread; what readers ask for is
/// a snapshot.
/// </summary>
internal sealed class OpenSegments(
    AssayHome home, IKeyRing keys, LivePolicies policies, SinkSenders sinks, LogMeter meter, TimeProvider clock, IOptions<PredictionLogOptions> options,
    ILogger<OpenSegments> log) : IDisposable
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);   // a call counts in the hour in which it began
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);   // before another segment is tried where one could not be made

    private readonly string _folder = Path.Combine(home.Root, "predictions");
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Project, string Endpoint, string Digest, DateTimeOffset Hour), Writing> _open = [];
    private readonly Dictionary<string, PendingSegment> _closed = [];
    private readonly Channel<PendingSegment> _ready = Channel.CreateUnbounded<PendingSegment>();
    private readonly long _spillBytesMax = options.Value.SpillMegabytesMax * (1L << 20);
    private readonly long _fileBytesMax = options.Value.FileMegabytesMax * (1L << 20);
    private long? _failedAt;

    /// <summary>Segments of which files are to be made, in the order in which they were closed or put back.</summary>
    public ChannelReader<PendingSegment> Ready => _ready.Reader;

    /// <summary>Which part of the room on the disk is taken by calls that wait for their file.</summary>
    public double RoomTaken
    {
        get
        {
            lock (_lock)
                return All().Sum(segment => segment.SizeBytes) / (double)_spillBytesMax;
        }
    }

    /// <summary>Finds what a former process left.</summary>
    /// <exception cref="IOException">The folder can't be made or listed; <see cref="UnauthorizedAccessException"/> likewise. Nothing was found by then.</exception>
    public void Recover()
    {
        Directory.CreateDirectory(_folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + SegmentFile.Suffix).Order(StringComparer.Ordinal))
        {
            try
            {
                Wait(Former(path));
            }
            catch (Exception problem)   // of one file: what the others hold is not held up by it
            {
                log.LogError(problem, "The segment {Path} of the prediction log can't be read. Its calls are missing in the log; the next start tries once more.", path);
            }
        }
    }

    /// <summary>Adds a call to the segment where it belongs.</summary>
    public void Add(LoggedCall call)
    {
        var policy = policies.Of(call.Project, call.Endpoint);
        if (!policy.Enabled)
        {
            if (sinks.Find(call.Project, call.Endpoint) is not null)
                sinks.Tell(call, new ColumnMask(call.Schema, policy.LeftOut, policy.Hashed, policy.HashKey, call.Answer));
            return;
        }

        try
        {
            var writing = Find(call, policy);
            Lost(call.Project, call.Endpoint, writing?.Segment.Add(call, writing.Mask) ?? 1);
            if (writing is not null)
                sinks.Tell(call, writing.Mask);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)   // no room for another segment
        {
            _failedAt = clock.GetTimestamp();
            Lost(call.Project, call.Endpoint, 1);
        }
    }

    /// <summary>Makes what was added safe from the end of this process, and closes what is old or large enough.</summary>
    public void Flush(DateTimeOffset now)
    {
        foreach (var (key, writing) in _open.ToList())
        {
            Flush(key.Project, key.Endpoint, writing.Segment);
            if (now >= key.Hour.AddHours(1) + Late || writing.Segment.Length >= _fileBytesMax || writing.Segment.IsBroken)
                Close(key);
        }
    }

    /// <summary>Closes the segments of an endpoint.</summary>
    public void CloseAll(string project, string endpoint)
    {
        foreach (var key in _open.Keys.Where(key => (key.Project, key.Endpoint) == (project, endpoint)).ToList())
            Close(key);
    }

    /// <summary>An endpoint's calls that are in no file yet.</summary>
    public IReadOnlyList<PendingSegment> Of(string project, string endpoint)
    {
        lock (_lock)
            return [.. All().Where(segment => (segment.Project, segment.Endpoint) == (project, endpoint))];
    }

    /// <summary>Its file could not be made: the segment waits once more, behind the others.</summary>
    public void PutBack(PendingSegment segment) => _ready.Writer.TryWrite(segment);

    /// <summary>The segment has its file, or nothing in it that can be read.</summary>
    public void Remove(PendingSegment segment)
    {
        File.Delete(segment.Path);
        Forget(segment);
    }

    /// <summary>The segment waits no more, and its file stays.</summary>
    public void Forget(PendingSegment segment)
    {
        lock (_lock)
            _closed.Remove(segment.Id);
    }

    public void Dispose()
    {
        foreach (var writing in _open.Values)
            writing.Segment.Dispose();
    }

    private PendingSegment Former(string path)
    {
        using var reader = SegmentReader.TryOpen(path, keys);
        var (project, endpoint) = reader is null ? ("", "") : (reader.Head.Project, reader.Head.Endpoint);
        return new(Path.GetFileNameWithoutExtension(path), path, project, endpoint, new FileInfo(path).Length, 0, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
    }

    private Writing? Find(LoggedCall call, LivePolicy policy)
    {
        var at = call.At;
        var hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);
        var key = (call.Project, call.Endpoint, call.Served?.Digest ?? "", hour);
        if (_open.TryGetValue(key, out var writing) && ReferenceEquals(writing.Policy, policy) && !writing.Segment.IsBroken)
            return writing;
        if (writing is not null)
            Close(key);
        long size;
        lock (_lock)
            size = All().Sum(segment => segment.SizeBytes);
        if (size >= _spillBytesMax || (_failedAt is { } failed && clock.GetElapsedTime(failed) < Pause))
            return null;

        var mask = new ColumnMask(call.Schema, policy.LeftOut, policy.Hashed, policy.HashKey, call.Answer);
        var head = new SegmentHead(
            Guid.CreateVersion7().ToString("N"), call.Project, call.Endpoint, hour, call.Served?.Model, call.Served?.Version, call.Served?.Digest, mask.Columns)
        { HasTensors = mask.Tensors is not null };
        writing = new(Segment.Create(_folder, head, keys), mask, policy);
        lock (_lock)
            _open.Add(key, writing);
        return writing;
    }

    private void Close((string Project, string Endpoint, string Digest, DateTimeOffset Hour) key)
    {
        var writing = _open[key];
        Flush(key.Project, key.Endpoint, writing.Segment);
        lock (_lock)
            _open.Remove(key);
        writing.Segment.Dispose();
        Wait(Pending(writing.Segment));
    }

    // Large calls flush a segment as they are added, so that more may be new than is flushed here.
    private void Flush(string project, string endpoint, Segment segment)
    {
        Lost(project, endpoint, segment.Flush());
        if (segment.TakeNewCalls() is > 0 and var calls)
            meter.Logged(project, endpoint, calls);
    }

    private void Wait(PendingSegment segment)
    {
        lock (_lock)
            _closed.Add(segment.Id, segment);
        _ready.Writer.TryWrite(segment);
    }

    private IEnumerable<PendingSegment> All() => _open.Values.Select(writing => Pending(writing.Segment)).Concat(_closed.Values);

    private static PendingSegment Pending(Segment segment) => new(
        segment.Head.Id, segment.Path, segment.Head.Project, segment.Head.Endpoint, segment.Length, segment.Calls, segment.From, segment.To)
    {
        Marks = segment.Marks,
    };

    private void Lost(string project, string endpoint, int calls)
    {
        if (calls > 0)
            meter.Dropped(project, endpoint, calls, DropReason.Disk);
    }

    private sealed record Writing(Segment Segment, ColumnMask Mask, LivePolicy Policy);
}
