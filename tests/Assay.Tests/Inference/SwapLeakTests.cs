using System.Diagnostics;
using System.Text;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference;

/// <summary>Versions follow each other a thousand times while requests are answered. The heap is the whole process's, hence alone.</summary>
[Collection(typeof(Alone))]
public sealed class SwapLeakTests
{
    private const int Swaps = 1000;
    private const int SwapsPerSample = 50;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_swaps_fail_no_request_and_give_the_memory_back()
    {
        var slot = new ModelSlot();
        var left = 0;
        slot.Exchange(TinyModel.Load());
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Ask(slot, done.Token))).ToList();
        var (heaps, residents) = (new List<long>(), new List<long>());
        var graphs = OperatorModels.All["convolve, normalize and pool an image"].Graph;
        for (var swap = 0; swap < Swaps; swap++)
        {
            ServedModel next = swap % 2 == 0 ? OperatorModelTests.Load(graphs) : TinyModel.Load(bias: swap % 7);
            slot.Exchange(next, _ => Interlocked.Increment(ref left));
            if (swap % SwapsPerSample != 0)
                continue;
            GC.Collect();
            heaps.Add(GC.GetTotalMemory(forceFullCollection: false));
            residents.Add(Resident());
        }

        await done.CancelAsync();
        var answered = (await Task.WhenAll(callers)).Sum();
        slot.Exchange(null, _ => Interlocked.Increment(ref left));
        Assert.True(answered > Swaps, $"only {answered} requests were answered in the meantime");
        Assert.Equal(Swaps + 1, left);

        var third = heaps.Count / 3;
        Assert.True(heaps.Count >= 9, $"only {heaps.Count} samples");
        double first = heaps.Take(third).Average(), last = heaps.TakeLast(third).Average();
        Assert.True(last < first + (8 << 20), $"the heap grew from {first / 1e6:0.0} to {last / 1e6:0.0} MB");
        (first, last) = (residents.Take(third).Average(), residents.TakeLast(third).Average());
        Assert.True(last < first * 1.25 + (64 << 20), $"the process grew from {first / 1e6:0} to {last / 1e6:0} MB");
    }

    // Each request holds the model that it got, and asks it in its own terms: any exception fails the test.
    private static async Task<int> Ask(ModelSlot slot, CancellationToken done)
    {
        var image = OperatorModels.All["convolve, normalize and pool an image"].Inputs;
        var answered = 0;
        for (; !done.IsCancellationRequested; answered++)
        {
            using var lease = slot.Acquire();
            Assert.NotNull(lease);
            if (lease.Model is InferenceModel table)
                Assert.Single(InferenceModelTests.Predict(table, """[[30,500,"plus"]]"""));
            else
                Assert.Equal(2, Assert.Single(await lease.Model.Infer(image, null, Cancel)).Count);
            if (answered % 16 == 0)
                await Task.Delay(1, CancellationToken.None);   // leaves the cores to the loading, which is what is repeated here
        }

        return answered;
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
