using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Assay.Serving.Rollouts.Live;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Serving.Rollouts;

/// <summary>Loads the candidates of a roll-out, verified and cleared, and begins it or goes on with it. Whoever calls has the turn.</summary>
internal sealed class RolloutStarter(AssayDb db, Deployer deployer, RolloutBook book, LiveEndpoints live, TimeProvider clock)
{
    /// <summary>Begins a roll-out.</summary>
    /// <exception cref="Refusal">It can't be carried out, or one goes on already.</exception>
    /// <exception cref="LoadFailedException">A candidate can't be served; said in the ledger.</exception>
    public async Task<Rollout> Start(ModelEndpoint endpoint, IReadOnlyList<RolloutCandidate> candidates, RolloutPlan plan, CancellationToken cancel)
    {
        var whole = PlanCheck.Complete(plan);
        var names = PlanCheck.ArmNames(whole.Strategy, candidates);
        if (await db.ActiveRollout(endpoint.Name, cancel) is { } running)
            throw Refusal.Conflict($"The roll-out of version {string.Join(", ", running.Arms.Select(arm => arm.Version))} goes on at '{endpoint.Name}'. Promote or abort it first.");
        if (live.Find(endpoint.Project, endpoint.Name)?.Served is null)
            throw Refusal.Conflict($"'{endpoint.Name}' has no version that answers, so there is nothing to go back to. Deploy one first.");

        var loaded = await Load(endpoint, [.. names.Zip(candidates, (name, candidate) => new Wish(name, candidate.Version, null))], cancel);
        try
        {
            CheckDifferent(endpoint, loaded);
            if (whole.Strategy == RolloutStrategy.Shadow)
                CheckRows(live.Find(endpoint.Project, endpoint.Name)?.Schema, loaded[0]);
            if (whole.Analysis!.JudgesPredictions)
                CheckPredictions(endpoint, whole.Analysis, loaded);
            if (whole.StickyColumn is { } column)
                CheckColumn(live.Find(endpoint.Project, endpoint.Name)?.Schema, column);
            var row = Row(endpoint, whole, [.. loaded.Select(candidate => candidate.Arm)]);
            await book.Begin(endpoint, row, loaded, cancel);
            return row;
        }
        catch
        {
            Free(loaded);
            throw;
        }
    }

    /// <summary>Goes on with a roll-out that this process doesn't do yet, as after a restart; rolls back when a candidate can't be loaded any more.</summary>
    /// <exception cref="LoadFailedException">What a candidate needs is away, and may come back.</exception>
    public async Task Reopen(ModelEndpoint endpoint, Rollout row, CancellationToken cancel)
    {
        List<LoadedCandidate> loaded;
        try
        {
            loaded = await Load(endpoint, [.. row.Arms.Select(arm => new Wish(arm.Arm, arm.Target, arm.Version))], cancel);
        }
        catch (Exception problem) when (problem is LoadFailedException { MayPass: false } or Refusal)
        {
            await book.RollBack(endpoint, row, problem.Message, cancel);
            return;
        }

        if (live.Find(endpoint.Project, endpoint.Name) is { Rollout: not null } present)
            present.EndRollout(null);   // another one, which is over by what the database says
        try
        {
            await book.Reopen(endpoint, row, loaded, cancel);
        }
        catch
        {
            Free(loaded);
            throw;
        }
    }

    private async Task<List<LoadedCandidate>> Load(ModelEndpoint endpoint, IReadOnlyList<Wish> wishes, CancellationToken cancel)
    {
        var loaded = new List<LoadedCandidate>();
        try
        {
            foreach (var wish in wishes)
            {
                var (package, model) = await deployer.Open(new Wanted(endpoint.Name, endpoint.Model, wish.Target, wish.Version), cancel);
                var slot = new ModelSlot();
                slot.Exchange(model);
                var served = new ServedEndpoint(endpoint.Project, endpoint.Name, endpoint.Model, package.Version, package.Digest, model.Watched);
                model.Identity = served;
                model.Version = served.Version.ToString(CultureInfo.InvariantCulture);
                loaded.Add(new LoadedCandidate(new RolloutArm(wish.Arm, package.Version, package.Digest, wish.Target), slot, served, model));
            }

            return loaded;
        }
        catch
        {
            Free(loaded);
            throw;
        }
    }

    private static void CheckDifferent(ModelEndpoint endpoint, List<LoadedCandidate> loaded)
    {
        if (loaded.FirstOrDefault(candidate => candidate.Arm.Version == endpoint.Version) is { } same)
            throw Refusal.Invalid("candidates", $"Version {same.Arm.Version} is what '{endpoint.Name}' answers with now. Name another one.");
        if (loaded.DistinctBy(candidate => candidate.Arm.Version).Count() < loaded.Count)
            throw Refusal.Invalid("candidates", "Two candidates are the same version. Name each version once.");
    }

    private static void CheckRows(ModelSchema? stable, LoadedCandidate candidate)
    {
        if (stable is null || candidate.Model is not InferenceModel table)
            throw Refusal.Invalid("plan.strategy", "A shadow is handed the rows of tables, and one of the versions is no table. Take another strategy.");
        if (RowTransfer.Between(stable, table.Schema, out var problem) is null)
            throw Refusal.Invalid("candidates", $"Version {candidate.Arm.Version} can't be handed the rows of the version that answers: {problem}. Take another strategy.");
    }

    private void CheckPredictions(ModelEndpoint endpoint, RolloutAnalysis analysis, List<LoadedCandidate> loaded)
    {
        if (live.Find(endpoint.Project, endpoint.Name)?.Model is not { } stable)
            return;
        var rule = analysis.MaxPsi is null ? "maxKs" : "maxPsi";
        foreach (var candidate in loaded)
        {
            if (PredictionForm.WhyNot((endpoint.Version, stable), (candidate.Arm.Version, candidate.Model)) is { } problem)
                throw Refusal.Invalid($"plan.analysis.{rule}", $"{problem}, so predictions can't be compared. Leave maxPsi and maxKs out, and judge by errors, latency, maxValueDrop or rules.");
        }
    }

    private static void CheckColumn(ModelSchema? stable, string column)
    {
        if (stable is null)
            throw Refusal.Invalid("plan.stickyColumn", "The version that answers is no table, so its requests have no columns. Take stickyHeader.");
        if (!stable.Inputs.Any(input => input.Name == column))
            throw Refusal.Invalid("plan.stickyColumn", $"The version that answers has no input '{column}'. It has {string.Join(", ", stable.Inputs.Take(12).Select(input => $"'{input.Name}'"))}.");
    }

    private Rollout Row(ModelEndpoint endpoint, RolloutPlan plan, IReadOnlyList<RolloutArm> arms)
    {
        var now = clock.GetStoredNow();
        return new Rollout
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Endpoint = endpoint.Name,
            Model = endpoint.Model,
            Strategy = plan.Strategy,
            StableVersion = endpoint.Version,
            PlanJson = JsonSerializer.Serialize(plan, AssayJson.Options),
            ArmsJson = JsonSerializer.Serialize(arms, AssayJson.Options),
            Salt = RandomNumberGenerator.GetHexString(16),
            StartedAt = now,
            StepStartedAt = now,
        };
    }

    private static void Free(List<LoadedCandidate> loaded)
    {
        foreach (var candidate in loaded)
            candidate.Slot.Exchange(null);
    }

    private sealed record Wish(string Arm, string Target, int? Version);
}
