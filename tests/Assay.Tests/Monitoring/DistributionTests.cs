using System.Net;
using Assay.Monitoring.Distributions;
using Assay.Monitoring.Monitors;

namespace Assay.Tests.Monitoring;

public sealed class DistributionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feature_of_a_window_is_shown_bin_by_bin_beside_training_and_its_parts_are_the_index()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(1000, shift: 1, missing: 0.1);
        var window = await watched.Evaluate();

        var shown = await Show(watched, "?feature=f0");

        Assert.Equal((window.Id, "f0", false, 1000L, 5600L), (shown.Window, shown.Feature, shown.IsScore, shown.Rows, shown.ReferenceRows));
        var judged = window.Features[0];
        Assert.Equal(judged.Psi, shown.Psi, 12);
        Assert.Equal(judged.PValue, shown.PValue, 12);
        Assert.Equal((1.0, 1.0), (Math.Round(shown.Bins.Sum(bin => bin.Share!.Value), 9), Math.Round(shown.Bins.Sum(bin => bin.ReferenceShare!.Value), 9)));
        var missing = shown.Bins[^1];
        Assert.Equal((BinKind.Missing, 100L, 0L), (missing.Kind, missing.Count, missing.ReferenceCount));
        var ranges = shown.Bins.SkipLast(1).ToList();
        Assert.All(ranges, bin => Assert.Equal(BinKind.Range, bin.Kind));
        Assert.Equal((null, null), (ranges[0].Above, ranges[^1].UpTo));
        Assert.Equal(ranges.Skip(1).Select(bin => bin.Above), ranges.SkipLast(1).Select(bin => bin.UpTo));
        Assert.True(ranges[0].Count < ranges[0].ReferenceShare * 1000 && ranges[^1].Count > ranges[^1].ReferenceShare * 1000);   // moved up
        Assert.Empty(shown.Notes);
    }

    [Fact]
    public async Task Without_a_name_it_is_the_score_and_each_window_leads_to_its_neighbours()
    {
        await using var watched = await WatchedServer.Start();
        List<string> ids = [];
        for (var window = 0; window < 3; window++)
        {
            watched.Traffic.Predict(700);
            ids.Add((await watched.Evaluate()).Id);
        }

        var (newest, middle) = (await Show(watched, ""), await Show(watched, $"?window={ids[1]}"));

        Assert.Equal(("probability", true, ids[2], ids[1], null), (newest.Feature, newest.IsScore, newest.Window, newest.Before, newest.After));
        Assert.Equal((ids[0], ids[2]), (middle.Before, middle.After));
    }

    [Fact]
    public async Task A_window_is_beside_what_it_was_judged_against_though_the_settings_ask_for_another_reference_now()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700);
        var first = await watched.Evaluate();
        await watched.Set(new(Reference: new(ReferenceKind.Fixed, first.Id)));
        watched.Traffic.Predict(800);
        var second = await watched.Evaluate();
        await watched.Set(new());

        var shown = await Show(watched, $"?feature=f3&window={second.Id}");

        Assert.Equal((ReferenceKind.Fixed, 700L, 800L), (shown.Reference, shown.ReferenceRows, shown.Rows));
        Assert.Equal(second.Features[3].Psi, shown.Psi, 12);
    }

    [Fact]
    public async Task A_window_without_rows_says_so()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Refuse(600, "f3");
        await watched.Tick();

        var shown = await Show(watched, "?feature=f3");

        Assert.Equal((0L, 0.0), (shown.Rows, shown.Psi));
        Assert.All(shown.Bins, bin => Assert.Null(bin.Share));
        Assert.Contains(shown.Notes, note => note.Contains("has no rows of this", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?feature=nobody")]
    [InlineData("?window=0199f3c4a1b27d3e8f00112233445566")]
    public async Task What_is_not_there_is_not_found(string query)
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700);
        await watched.Evaluate();

        var answer = await watched.Server.Admin.GetAsync($"/api/v1/monitors/churn/distribution{query}", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<FeatureDistribution> Show(WatchedServer watched, string query) => watched.Get<FeatureDistribution>($"/api/v1/monitors/churn/distribution{query}");
}
