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

    [Fact]
    public void The_writer_is_told_when_many_calls_wait_and_calls_are_used_again_with_their_memory()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var told = 0;
        var queue = new CallQueue(Options.Create(new PredictionLogOptions()), new LogMeter(services.GetRequiredService<IMeterFactory>())) { Filled = () => told++ };
        for (var round = 1; round <= 3; round++)
        {
            for (var call = 0; call < CallQueue.Many; call++)
            {
                Assert.Equal(round - 1, told);
                var rented = queue.Rent("default", "busy")!;
                Assert.Equal((0, 0, 0), (rented.Rows, rented.Cells.Length, rented.Predictions.Length));
                rented.Take(1, [call, round], [0.5f]);
                queue.Offer(rented);
            }

            Assert.Equal(round, told);
            for (var call = 0; queue.TryTake(out var taken); call++)
            {
                Assert.Equal([call, round], taken.Cells.ToArray());
                Assert.Equal([0.5f], taken.Predictions.ToArray());
                queue.Return(taken);
            }

            Assert.Equal(0, queue.Count);
        }
    }
}
