using System.Net.Http.Json;
using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Serving.Endpoints;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Plans;
using Assay.Tests.Serving;
using Assay.Tests.Serving.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

public sealed class RetrainingStoryTests
{
    private const string Retrainings = "/api/v1/monitors/churn/retrainings";
    private static readonly ModelPromoted Promotion = new("churn-model", 2, "sha256:2", "Production", 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_story_is_not_crowded_out_by_what_somebody_deploys_besides()
    {
        await using var watched = await Retrained();
        await watched.State(Enumerable.Range(0, 110).Select(time => new EndpointDeployed("churn", "other", 30 + time, "sha256:3", "30", null)));

        Assert.Equal(["alert", "training", "gate", "deployment", "outcome"], await Kinds(watched));
    }

    [Fact]
    public async Task A_later_roll_out_and_deployment_is_not_of_the_last_promoted_run()
    {
        await using var watched = await Retrained();
        await watched.State([
            Started("later", 7), new RolloutPromoted("churn", "later", "candidate", 7, "sha256:7", []), Deployed(7),
            Started("again", 2), new RolloutRolledBack("churn", "again", 1, "errors", []), Deployed(2)]);

        Assert.Equal(["alert", "training", "gate", "deployment", "outcome"], await Kinds(watched));
    }

    [Fact]
    public async Task Where_promotions_come_by_a_roll_out_the_outcome_is_its_own()
    {
        await using var watched = await Watching();
        await watched.State(new EndpointPolicyChanged("churn", new RolloutPlan()));
        Train(watched.Trainings);
        await watched.Tick();
        Assert.Equal((RetrainingState.Running, 2, null), Outcome(await Run(watched)));
        await watched.State([Promotion, Started("first", 2)]);
        await watched.Tick();
        Assert.Equal((RetrainingState.Running, 2, null), Outcome(await Run(watched)));
        Assert.Equal("The roll-out of version 2, which the last retraining made, is not over.", (await watched.Get<RetrainingList>(Retrainings)).Held);
        Assert.DoesNotContain("feedback.retraining-finished", await watched.Events());

        await watched.State([new RolloutPromoted("churn", "first", "candidate", 2, "sha256:2", []), Deployed(2)]);
        await watched.Tick();

        Assert.Equal((RetrainingState.Finished, 2, true), Outcome(await Run(watched)));
        Assert.Equal(["alert", "training", "gate", "rollout", "rollout", "deployment", "outcome"], await Kinds(watched));
    }

    [Fact]
    public async Task An_endpoint_to_which_no_promotion_comes_is_not_waited_for_longer_than_ten_minutes()
    {
        await using var watched = await Watching();
        await watched.State(new EndpointPolicyChanged("churn", new RolloutPlan()));
        Train(watched.Trainings);
        await watched.Tick();

        watched.Clock.Move(TimeSpan.FromMinutes(11));
        await watched.Tick();

        Assert.Equal((RetrainingState.Finished, 2, true), Outcome(await Run(watched)));
    }

    // Nothing stands in for the endpoint, its model and the roll-out here; only the training is made up.
    [Fact]
    public async Task A_candidate_whose_canary_is_rolled_back_was_not_promoted_and_newer_rows_are_tried_while_the_alert_lasts()
    {
        var (trainings, clock) = (new AskedTrainings { Recipe = new("churn", [new("telco", 3)], "churn") }, new HandClock());
        await using var server = await TestServer.Start(adjust: builder => Adjust(builder, trainings, clock));
        await ServingHost.Register(server, bias: 0);
        await ServingHost.Promote(server, 1);
        await Put(server, "/api/v1/endpoints/churn", new
        {
            model = "churn",
            version = "Production",
            rollout = new { steps = new[] { new { weightPercent = 50, pauseSeconds = 600 } }, analysis = new { maxErrorRate = 0.05 } },
        });
        await AddRows(server, 100);
        await Put(server, "/api/v1/monitors/churn", new MonitorSettings(Retrain: new RetrainSettings("telco-recent")));
        await Raise(server);
        await Tick<MonitorClock>(server);

        await TrialModel.RegisterFailing(server);
        await ServingHost.Promote(server, 2);
        Train(trainings);
        await ServingHost.Until(async () => (await ServingHost.Show(server, "churn")).Rollout is not null);
        await Tick<MonitorClock>(server);
        Assert.Equal((RetrainingState.Running, 2, null), Outcome(await Alert(server)));
        for (var call = 0; call < 80; call++)
            await ServingHost.Ask(server.Admin, "churn", """[[50,500,"plus"]]""");
        clock.Move(TimeSpan.FromSeconds(10));
        await ServingHost.Until(async () =>
        {
            await Tick<RolloutClock>(server);
            return (await ServingHost.Show(server, "churn")).Rollout!.Rollout.State == RolloutState.RolledBack;
        });
        await Tick<MonitorClock>(server);

        var outcome = await Alert(server);
        Assert.Equal((RetrainingState.Finished, 2, false), Outcome(outcome));
        Assert.Contains("Its roll-out was rolled back: compareErrors", outcome.Reason, StringComparison.Ordinal);
        await AddRows(server, 200);
        await Tick<MonitorClock>(server);
        Assert.Equal(2, trainings.Asked.Count);
    }

    private static (RetrainingState State, int? Candidate, bool? Promoted) Outcome(RetrainingSummary run) => (run.State, run.Candidate, run.Promoted);

    private static (RetrainingState State, int? Candidate, bool? Promoted) Outcome(RetrainingOutcome run) => (run.State, run.Candidate, run.Promoted);

    private static EndpointDeployed Deployed(int version) => new("churn", "churn-model", version, $"sha256:{version}", "Production", 1);

    private static RolloutStarted Started(string id, int version) =>
        new("churn", id, "churn-model", 1, [new("candidate", version, $"sha256:{version}", "Production")], 10, new RolloutPlan());

    private static async Task<WatchedServer> Watching()
    {
        var watched = await WatchedServer.Start();
        await watched.AddRecentRows(100);
        await watched.Set(new(Retrain: new RetrainSettings("telco-recent")));
        watched.Traffic.Predict(700, shift: 1.5);
        await watched.Evaluate();
        return watched;
    }

    private static async Task<WatchedServer> Retrained()
    {
        var watched = await Watching();
        Train(watched.Trainings);
        await watched.State([Promotion, Deployed(2)]);
        await watched.Tick();
        return watched;
    }

    private static void Train(AskedTrainings trainings) => trainings.Became = training => training with
    {
        Status = TrainingStatus.Succeeded,
        Version = 2,
        Promoted = true,
        Gate = new(true, [new("auc", true, "0.86", "at least 0.7")], "sha256:0", DateTimeOffset.UnixEpoch),
    };

    private static async Task<RetrainingSummary> Run(WatchedServer watched) => Assert.Single((await watched.Get<RetrainingList>(Retrainings)).Items);

    private static async Task<IEnumerable<string>> Kinds(WatchedServer watched) =>
        (await watched.Get<RetrainingStory>($"{Retrainings}/{(await Run(watched)).Id}")).Steps.Select(step => step.Kind);

    private static void Adjust(WebApplicationBuilder builder, AskedTrainings trainings, HandClock clock)
    {
        builder.Configuration["Monitoring:FlushSeconds"] = "60";
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        builder.Services.Replace(ServiceDescriptor.Scoped<ITrainings>(_ => trainings));
    }

    private static Task Tick<T>(TestServer server)
        where T : IHostedService => server.Services.GetServices<IHostedService>().OfType<T>().Single() switch
        {
            MonitorClock monitors => monitors.Tick(Cancel),
            RolloutClock rollouts => rollouts.Tick(Cancel),
            _ => Task.CompletedTask,
        };

    private static async Task<RetrainingOutcome> Alert(TestServer server) =>
        Assert.Single((await server.Admin.GetFromJsonAsync<Page<AlertSummary>>("/api/v1/alerts", AssayJson.Options, Cancel))!.Items).Retraining!;

    private static async Task Raise(TestServer server)
    {
        await using var scope = ServingHost.Scope(server);
        await scope.ServiceProvider.GetRequiredService<AlertBook>().Raise(
            new("churn", AlertSources.Drift, AlertSeverity.Warning, "It has drifted.") { Model = "churn", Version = 1, RetrainDataset = "telco-recent" }, Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }

    private static async Task Put<T>(TestServer server, string path, T body)
    {
        using var answer = await server.Admin.PutAsJsonAsync(path, body, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task AddRows(TestServer server, int rows)
    {
        var csv = "tenure,churn\n" + string.Join('\n', Enumerable.Range(0, rows).Select(row => $"{row % 70},{(row % 3 == 0 ? "yes" : "no")}"));
        using var answer = await server.Admin.PostAsync(
            "/api/v1/datasets/telco-recent/versions?format=csv", new StringContent(csv, Encoding.UTF8, "text/csv"), Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
