using System.Net.Http.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Pipelines;
using Assay.Registry;

namespace Assay.Tests.Pipelines;

public sealed class TrainingRecoveryTests : IDisposable
{
    private const string AllLost = "ended_at = NULL, handed_back = (number < 0)";   // false, in both databases
    private static readonly NewTraining Churn = new("churn", [new("telco")], "churn");
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-go-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Go => Path.Combine(_folder, "go");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_that_the_server_was_stopped_over_is_done_once_after_the_restart()
    {
        var (stopped, id) = await StopAtWork();

        await File.WriteAllTextAsync(Go, "", Cancel);
        await using var server = await TestServer.Restart(stopped, TrainingWork.WithStepsThatWaitFor(Go));
        await CheckDoneOnce(server, id);
    }

    [Fact]
    public async Task A_training_whose_server_was_killed_is_done_once_even_when_its_schedule_is_lost()
    {
        var (stopped, id) = await StopAtWork();
        await stopped.Tamper($"UPDATE pipelines_training_attempts SET {AllLost}");
        foreach (var table in new[] { "SIMPLE_TRIGGERS", "TRIGGERS", "FIRED_TRIGGERS", "JOB_DETAILS" })
            await stopped.Tamper($"DELETE FROM pipelines_quartz_{table}");

        await File.WriteAllTextAsync(Go, "", Cancel);
        await using var server = await TestServer.Restart(stopped, TrainingWork.WithStepsThatWaitFor(Go));
        await CheckDoneOnce(server, id);
    }

    [Fact]
    public async Task A_training_that_its_server_died_over_three_times_is_not_tried_again()
    {
        var (stopped, id) = await StopAtWork();
        await stopped.Tamper($"UPDATE pipelines_training_attempts SET {AllLost}");
        foreach (var number in new[] { 2, 3 })
        {
            await stopped.Tamper(
                "INSERT INTO pipelines_training_attempts (project, training_id, number, started_at, handed_back) "
                + $"SELECT project, training_id, {number}, started_at, handed_back FROM pipelines_training_attempts WHERE number = 1");
        }

        await using var server = await TestServer.Restart(stopped, TrainingWork.WithStepsThatWaitFor(Go));
        var training = await server.Admin.AwaitEnd("", id);
        Assert.Equal(TrainingStatus.Failed, training.Status);
        Assert.Contains("3 times", training.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_was_registered_before_the_crash_is_judged_after_it_and_not_trained_again()
    {
        var first = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        await first.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        var id = (await first.Admin.Train("", Churn)).Id;
        await first.Admin.AwaitEnd("", id);
        await first.StopKeepingHome();

        // The row as it is between registration and gate.
        await first.Tamper("UPDATE pipelines_trainings SET status = 'Queued', promote = (0 = 0), ended_at = NULL");

        await using var server = await TestServer.Restart(first, TrainingWork.WithEndlessSteps);
        var training = await server.Admin.AwaitEnd("", id);
        Assert.Equal((TrainingStatus.Succeeded, 1, true), (training.Status, training.Version, training.Promoted));
        var versions = await server.Admin.GetFromJsonAsync<Page<ModelVersionSummary>>("/api/v1/models/churn", AssayJson.Options, Cancel);
        Assert.Equal("Production", Assert.Single(versions!.Items).Stage);
    }

    private async Task<(TestServer Stopped, string Training)> StopAtWork()
    {
        var server = await TestServer.Start(adjust: TrainingWork.WithStepsThatWaitFor(Go));
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        var id = (await server.Admin.Train("", Churn)).Id;
        await server.Admin.Await("", id, TrainingStatus.Running);
        await server.StopKeepingHome();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(server.Root, "work")));   // no dataset stays in clear
        return (server, id);
    }

    private static async Task CheckDoneOnce(TestServer server, string id)
    {
        var training = await server.Admin.AwaitEnd("", id);
        Assert.Null(training.Problem);
        Assert.Equal((TrainingStatus.Succeeded, 1), (training.Status, training.Version));

        // Long enough for a second worker to show itself, had the clock started one.
        await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
        var versions = await server.Admin.GetFromJsonAsync<Page<ModelVersionSummary>>("/api/v1/models/churn", AssayJson.Options, Cancel);
        Assert.Single(versions!.Items);
        var finished = await server.Admin.GetFromJsonAsync<Page<LedgerEntry>>("/api/v1/ledger?type=training.finished", AssayJson.Options, Cancel);
        Assert.Single(finished!.Items);
    }
}
