using Assay.Statistics.Samples;

namespace Assay.Tests.Statistics;

public sealed class ReservoirTests
{
    [Fact]
    public void Early_and_late_items_are_drawn_with_the_same_chance()
    {
        var reservoir = new Reservoir<int>(2000);
        foreach (var item in Enumerable.Range(0, 20_000))
            reservoir.Offer(item);

        Assert.Equal((20_000, 2000, 2000), (reservoir.Offered, reservoir.Drawn.Count, reservoir.Drawn.Distinct().Count()));
        for (var tenth = 0; tenth < 10; tenth++)   // 200 are to be expected of each, and four deviations are 54
            Assert.InRange(reservoir.Drawn.Count(item => item / 2000 == tenth), 146, 254);
    }

    [Fact]
    public void Of_few_all_are_drawn_and_the_same_stream_gives_the_same_sample()
    {
        var (few, once, again) = (new Reservoir<string>(5), new Reservoir<int>(5), new Reservoir<int>(5));
        few.Offer("a");
        few.Offer("b");
        foreach (var item in Enumerable.Range(0, 100))
        {
            once.Offer(item);
            again.Offer(item);
        }

        Assert.Equal(["a", "b"], few.Drawn);
        Assert.Equal(once.Drawn, again.Drawn);
    }
}
