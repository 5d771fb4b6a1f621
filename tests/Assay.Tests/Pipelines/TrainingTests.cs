using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Tests.Serving;
using Assay.Tracking;

namespace Assay.Tests.Pipelines;

public sealed class TrainingTests
{
    private const string Project = "/projects/fraud";

    private static readonly NewTraining Churn = new("churn", [new("telco")], "churn", Promote: true, Reason: "first try");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_training_ends_with_a_signed_version_in_production_its_runs_and_its_events()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        var editor = await server.Client(Role.MlEngineer, "fraud");
        await editor.Upload($"{Project}/api/v1/datasets/telco", Subscribers.Csv());

        var queued = await editor.Train(Project, Churn);
        Assert.Equal(TrainingStatus.Queued, queued.Status);
        var training = await editor.AwaitEnd(Project, queued.Id);

        Assert.Null(training.Problem);
        Assert.Equal((TrainingStatus.Succeeded, 1, true, 100), (training.Status, training.Version, training.Promoted, training.Percent));
        Assert.True(training.Gate!.Passed);
        Assert.Equal(3, training.Candidates.Count);
        Assert.Equal(queued.Datasets, training.Datasets);

        var version = (await Get<ModelVersionDetail>(editor, $"{Project}/api/v1/models/churn/versions/1")).Version;
        Assert.True(version.Signed);
        Assert.Equal("Production", version.Stage);
        Assert.Equal(training.Datasets[0].Digest, version.DatasetDigest);
        await CheckRuns(editor, version, training);
        await CheckLedger(editor, server.Admin, training);
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.Home.Work));

        // Trained again on the same rows it can't be better, whoever asks for it.
        var again = await editor.AwaitEnd(Project, (await editor.Train(Project, Churn with { OnlyIfBetter = true })).Id);
        Assert.Equal((TrainingStatus.Succeeded, 2, false), (again.Status, again.Version, again.Promoted));
        Assert.False(again.Gate!.Passed);

        // None of it is reachable from another project.
        var other = await server.Client(Role.MlEngineer, "lending");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/projects/lending/api/v1/trainings/{training.Id}", Cancel)).StatusCode);
        Assert.Empty((await Get<Page<TrainingSummary>>(other, "/projects/lending/api/v1/trainings")).Items);
        Assert.Equal([again.Id, training.Id], (await Get<Page<TrainingSummary>>(editor, $"{Project}/api/v1/trainings")).Items.Select(row => row.Id));
    }

    [Fact]
    public async Task A_label_that_is_not_there_fails_the_training_with_a_sentence_and_leaves_nothing()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());

        var training = await server.Admin.AwaitEnd("", (await server.Admin.Train("", Churn with { Label = "kuendigung" })).Id);

        Assert.Equal(TrainingStatus.Failed, training.Status);
        Assert.Contains("kuendigung", training.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', training.Problem!);
        Assert.Equal((null, null), (training.Version, training.Promoted));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync("/api/v1/models/churn/versions/1", Cancel)).StatusCode);
        Assert.Single((await Get<Page<LedgerEntry>>(server.Admin, "/api/v1/ledger?type=training.failed")).Items);
    }

    [Fact]
    public async Task A_cancelled_training_kills_its_process_and_stays_cancelled()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithEndlessSteps);
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        var id = (await server.Admin.Train("", Churn)).Id;
        await server.Admin.Await("", id, TrainingStatus.Running);
        var pidFile = Path.Combine(server.Home.Work, "pid");
        await ServingHost.Until(async () => File.Exists(pidFile) && (await File.ReadAllTextAsync(pidFile, Cancel)).Length > 0);
        var pid = (await File.ReadAllTextAsync(pidFile, Cancel)).Trim();

        (await server.Admin.PostAsync($"/api/v1/trainings/{id}/cancel", null, Cancel)).EnsureSuccessStatusCode();

        Assert.Equal("The training was cancelled.", (await server.Admin.AwaitEnd("", id)).Problem);
        await ServingHost.Until(() => Task.FromResult(!Directory.Exists($"/proc/{pid}")));
        Assert.Equal(HttpStatusCode.Conflict, (await server.Admin.PostAsync($"/api/v1/trainings/{id}/cancel", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task More_trainings_than_the_queue_holds_are_refused()
    {
        await using var server = await TestServer.Start(adjust: builder =>
        {
            TrainingWork.WithEndlessSteps(builder);
            builder.Configuration["Steps:QueueLengthMax"] = "1";
        });
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        await server.Admin.Train("", Churn);

        var answer = await server.Admin.PostAsJsonAsync("/api/v1/trainings", Churn, AssayJson.Options, Cancel);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("Steps:QueueLengthMax", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_makes_no_sense_is_refused_at_once()
    {
        await using var server = await TestServer.Start(adjust: TrainingWork.WithEndlessSteps);
        await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
        NewTraining[] senseless =
        [
            Churn with { Model = "../etc" },
            Churn with { Datasets = [] },
            Churn with { Label = "" },
            Churn with { Datasets = [new("nobody")] },
            Churn with { Datasets = [new("telco", 9)] },
        ];
        foreach (var training in senseless)
        {
            var answer = await server.Admin.PostAsJsonAsync("/api/v1/trainings", training, AssayJson.Options, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    private static async Task CheckRuns(HttpClient editor, ModelVersionSummary version, TrainingSummary training)
    {
        var experiment = (await Get<Page<ExperimentSummary>>(editor, $"{Project}/api/v1/experiments")).Items.Single(row => row.Name == "churn");
        var runs = (await Get<Page<RunSummary>>(editor, $"{Project}/api/v1/experiments/{experiment.Id}/runs")).Items;
        Assert.Equal(4, runs.Count);
        Assert.All(runs, run =>
        {
            Assert.Equal(training.Datasets[0].Digest, run.Tags["assay.dataset.digest"]);
            Assert.Contains("mlflow.source.git.commit", run.Tags.Keys);
            Assert.Contains(run.Tags.Keys, tag => tag.StartsWith("assay.environment.", StringComparison.Ordinal));
            Assert.Contains("seed", run.Params.Keys);
            Assert.True(run.EndedAt >= run.StartedAt);
        });
        var final = runs.Single(run => run.Id == version.RunId);
        Assert.Equal(training.Candidates[0].Trainer, final.Params["trainer"]);
        Assert.True(final.Metrics["auc"] > 0.7);
    }

    private static async Task CheckLedger(HttpClient editor, HttpClient admin, TrainingSummary training)
    {
        var events = (await Get<Page<LedgerEntry>>(editor, $"{Project}/api/v1/ledger")).Items.Reverse().Select(entry => entry.Type).ToList();
        string[] expected = ["training.started", "model.version-registered", "training.registered", "gate.passed", "model.promoted", "training.finished"];
        Assert.Equal(expected, events.Where(expected.Contains));
        Assert.NotNull(training.EndedAt);

        var verified = await admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        Assert.True((await verified.Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!.Verified);
    }

    private static async Task<T> Get<T>(HttpClient client, string path) =>
        (await client.GetFromJsonAsync<T>(path, AssayJson.Options, Cancel))!;
}
