using Microsoft.ML.OnnxRuntime;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Assay.Inference.Models;

/// <summary>
/// How graphs run on ONNX Runtime here: a call on one core, and all graphs of the process out of one bounded memory for what
/// they compute, so that a graph that a few bytes of input make huge fails by itself. Weights are not in it: they come and go
/// with their model.
/// </summary>
internal static class RuntimeOptions
{
    private const string SharedMemory = "session.use_env_allocators";
    private const string WeightsApart = "session.use_device_allocator_for_initializers";
    private const int AsMuchAsAsked = 1;   // not a power of two, which could not be given back in parts
    private const int RuntimesOwn = -1;

    private static readonly Lazy<long> Bound = new(BoundMemory);

    // Whatever uses the runtime begins here.
    static RuntimeOptions() => RuntimeTelemetry.TurnOff();

    /// <summary>Bytes that all graphs may take together for what they compute: half of the memory, and at most 4 GiB, which is the runtime's own limit.</summary>
    public static long MemoryBytesMax => Bound.Value;

    /// <summary>Options of a session.</summary>
    public static SessionOptions Make()
    {
        _ = MemoryBytesMax;
        // One thread per call: small batches lose more by waking threads than they gain, and requests run side by side.
        var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        // What fails is thrown, and answered with its reason; the runtime would print it once more.
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        options.AddSessionConfigEntry(SharedMemory, "1");
        options.AddSessionConfigEntry(WeightsApart, "1");
        return options;
    }

    private static long BoundMemory()
    {
        var bytes = (uint)Math.Min(uint.MaxValue, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);
        using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
        using var bounds = new OrtArenaCfg(bytes, AsMuchAsAsked, RuntimesOwn, RuntimesOwn);
        OrtEnv.Instance().CreateAndRegisterAllocator(memory, bounds);
        return bytes;
    }
}
