using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using Assay.Kernel;
using Assay.Pipelines;
using Assay.Registry;

namespace Assay.Tests.Pipelines;

/// <summary>Callers go on sending what they send while a version is trained that nobody asked for.</summary>
public sealed class RetrainedInputsTests
{
    private static readonly NewTraining Churn = new("churn", [new("telco")], "churn", Promote: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_identifier_that_merged_files_hide_does_not_become_an_input()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        var admin = server.Admin;
        await admin.Upload("/api/v1/datasets/telco", WithIds(seed: 7));
        await admin.Upload("/api/v1/datasets/recent", WithIds(seed: 8));
        var first = await admin.AwaitEnd("", (await admin.Train("", Churn)).Id);
        Assert.True(first.Promoted, first.Problem);

        var retraining = Churn with { Datasets = [new("telco"), new("recent")], OnlyIfBetter = true };
        var unasked = await admin.AwaitEnd("", (await admin.Train("", retraining)).Id);
        var asked = await admin.AwaitEnd("", (await admin.Train("", retraining with { OnlyIfBetter = false, Promote = false })).Id);

        Assert.Equal(["tenure", "charge", "contract"], await Inputs(admin, first.Version!.Value));
        Assert.Equal(["tenure", "charge", "contract"], await Inputs(admin, unasked.Version!.Value));
        Assert.Equal(["subscriber_id", "tenure", "charge", "contract"], await Inputs(admin, asked.Version!.Value));
        Assert.Contains(unasked.Gate!.Rules, rule => rule is { Name: "inputs", Passed: true });
    }

    [Fact]
    public async Task A_column_that_callers_send_and_new_rows_lack_fails_the_training_with_its_name()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        var admin = server.Admin;
        await admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        await admin.AwaitEnd("", (await admin.Train("", Churn)).Id);
        var narrow = Encoding.UTF8.GetString(Subscribers.Csv(8)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => row[(row.IndexOf(',') + 1)..]);
        await admin.Upload("/api/v1/datasets/recent", Encoding.UTF8.GetBytes(string.Join('\n', narrow)));

        var failed = await admin.AwaitEnd("", (await admin.Train("", Churn with { Datasets = [new("telco"), new("recent")], OnlyIfBetter = true })).Id);

        Assert.Equal(TrainingStatus.Failed, failed.Status);
        Assert.Contains("'tenure' is not in dataset 'recent'", failed.Problem, StringComparison.Ordinal);
    }

    // Each file numbers the same subscribers in an order of its own.
    private static byte[] WithIds(int seed)
    {
        var rows = Encoding.UTF8.GetString(Subscribers.Csv(seed)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var ids = Enumerable.Range(1000, rows.Length - 1).ToArray();
        new Random(seed).Shuffle(ids);
        return Encoding.UTF8.GetBytes("subscriber_id," + rows[0] + "\n" + string.Concat(
            rows.Skip(1).Select((row, index) => string.Create(CultureInfo.InvariantCulture, $"{ids[index]},{row}\n"))));
    }

    private static async Task<IEnumerable<string>> Inputs(HttpClient client, int version) =>
        (await client.GetFromJsonAsync<ModelVersionDetail>($"/api/v1/models/churn/versions/{version}", AssayJson.Options, Cancel))!.Schema.Inputs.Select(input => input.Name);
}
