using Assay.Serving.PredictionLog;
using Assay.Serving.PredictionLog.Capture;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using System.Diagnostics.Metrics;

namespace Assay.Tests.Serving.PredictionLog;

public sealed class CallQueueTests
{
    [Fact]
    public void What_finds_no_room_is_dropped_and_counted_and_room_comes_back()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var dropped = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "predictions_dropped")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) =>
        {
            if (tags.ToArray().Contains(new("endpoint", "full")))
                dropped += measurement;
        });
        listener.Start();
        var queue = new CallQueue(Options.Create(new PredictionLogOptions { QueueCallsMax = 100, QueueMegabytesMax = 1 }), new LogMeter(services.GetRequiredService<IMeterFactory>()));

        for (var call = 0; call < 100; call++)
            queue.Offer(queue.Rent("default", "full")!);
        Assert.Null(queue.Rent("default", "full"));
        Assert.Equal((100, 1L), (queue.Count, dropped));

        Assert.True(queue.TryTake(out var taken));
        queue.Return(taken);
        var large = queue.Rent("default", "full")!;
        large.Take(1 << 18, new float[1 << 18], []);
        queue.Offer(large);
        while (queue.TryTake(out taken) && taken != large)
            queue.Return(taken);
        Assert.Null(queue.Rent("default", "full"));   // one call, and more bytes than are allowed
        queue.Return(large);
        Assert.NotNull(queue.Rent("default", "full"));
        Assert.Equal((0, 2L), (queue.Count, dropped));
    }
}
