using System.Globalization;
using Assay.Governance;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;

namespace Assay.Serving.Deployment;

/// <summary>What an endpoint shall serve.</summary>
/// <param name="Name">Name of the endpoint.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Target">Number, alias or stage by which the version was chosen, and by which it must be cleared.</param>
/// <param name="Version">The version, where that is settled already; null for what the target names now.</param>
internal sealed record Wanted(string Name, string Model, string Target, int? Version = null);

/// <summary>
/// Brings a version to an endpoint: verify, load, warm up, save with the event, and only then exchange. Whatever fails
/// before leaves the endpoint as it was.
/// </summary>
internal sealed class Deployer(
    AssayDb db, ILedger ledger, IModels models, IClearance clearance, ProjectScope project, LiveEndpoints live, EndpointLoader loader, TimeProvider clock)
{
    /// <summary>Waits until no other change of this endpoint is under way. Taken around everything that deploys or deletes.</summary>
    public Task<IDisposable> TakeTurn(string endpoint, CancellationToken cancel) => live.Turns.Take((project.Name!, endpoint), cancel);

    /// <summary>Deploys to the endpoint of this row, or to a new one.</summary>
    /// <exception cref="LoadFailedException">The version can't be served; said in the ledger.</exception>
    /// <exception cref="Refusal">There is no such version, or it may not be served there; said in the ledger.</exception>
    public async Task<EndpointSummary> Deploy(ModelEndpoint? row, Wanted wanted, CancellationToken cancel)
    {
        var (package, model) = await Open(wanted, cancel);
        try
        {
            row = await Save(row, wanted, package, cancel);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        var served = new ServedEndpoint(row.Project, row.Name, row.Model, row.Version, row.Digest, model.Watched);
        live.Open(row.Project, row.Name).Swap(model, served);
        return live.Summarize(row);
    }

    /// <summary>Brings back the version that the endpoint served last, without a change of anything.</summary>
    /// <exception cref="LoadFailedException">The version can't be served; said in the ledger.</exception>
    /// <exception cref="Refusal">The version is gone, or may not be served there any more; said in the ledger.</exception>
    public async Task Restore(ModelEndpoint row, CancellationToken cancel)
    {
        var (package, model) = await Open(new Wanted(row.Name, row.Model, row.Target, row.Version), cancel);
        var served = new ServedEndpoint(row.Project, row.Name, row.Model, package.Version, package.Digest, model.Watched);
        live.Open(row.Project, row.Name).Swap(model, served);
    }

    /// <summary>A version, verified, cleared, loaded and warmed up; the caller owns the model.</summary>
    /// <exception cref="LoadFailedException">The version can't be served; said in the ledger.</exception>
    /// <exception cref="Refusal">There is no such version, or it may not be served there; said in the ledger.</exception>
    public async Task<(VerifiedPackage Package, ServedModel Model)> Open(Wanted wanted, CancellationToken cancel)
    {
        try
        {
            var package = await models.Open(wanted.Model, wanted.Version?.ToString(CultureInfo.InvariantCulture) ?? wanted.Target, cancel);
            await CheckClearance(wanted, package, cancel);
            return (package, await loader.Load(wanted.Name, package, cancel));
        }
        catch (Exception problem) when (problem is TamperedPackageException or InvalidModelException)
        {
            var sentence = problem is TamperedPackageException
                ? problem.Message
                : $"{wanted.Model} ({wanted.Target}) can't be served: {problem.Message}";
            var failed = new LoadFailedException(sentence, problem);
            await Tell(wanted, failed, cancel);
            throw failed;
        }
    }

    // What is tried again until it passes is said once, and again when there is something else to say.
    private async Task Tell(Wanted wanted, LoadFailedException failed, CancellationToken cancel)
    {
        var endpoint = live.Find(project.Name!, wanted.Name);
        var isSaid = failed.MayPass && endpoint?.Problem?.StartsWith(failed.Message, StringComparison.Ordinal) is true;
        endpoint?.Fail(failed.Message);
        if (isSaid)
            return;
        ledger.Append(new EndpointLoadFailed(wanted.Name, wanted.Model, wanted.Target, failed.Message));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Before every load, the one at a start included: what the gate let through once may have been taken back since.</summary>
    private async Task CheckClearance(Wanted wanted, VerifiedPackage package, CancellationToken cancel)
    {
        if (await clearance.WhyNot(wanted.Model, package.Version, wanted.Target, wanted.Name, cancel) is not { } problem)
            return;
        live.Find(project.Name!, wanted.Name)?.Fail(problem);
        ledger.Append(new DeploymentRefused(wanted.Name, wanted.Model, package.Version, package.Digest, wanted.Target, problem));
        await db.SaveChangesAsync(cancel);
        throw Refusal.Denied(problem);
    }

    private async Task<ModelEndpoint> Save(ModelEndpoint? row, Wanted wanted, VerifiedPackage package, CancellationToken cancel)
    {
        if (row is { HeldBack: null } && (row.Model, row.Target, row.Version, row.Digest) == (wanted.Model, wanted.Target, package.Version, package.Digest))
            return row;   // a restart, or the same wish again: nothing happened that the ledger doesn't know

        var former = row?.Model == wanted.Model ? row.Version : (int?)null;
        if (row is null)
            db.Endpoints.Add(row = new ModelEndpoint { Name = wanted.Name, Model = wanted.Model, Target = wanted.Target });
        (row.Model, row.Target, row.Version, row.Digest, row.HeldBack) = (wanted.Model, wanted.Target, package.Version, package.Digest, null);
        row.UpdatedAt = clock.GetStoredNow();
        ledger.Append(new EndpointDeployed(row.Name, row.Model, row.Version, row.Digest, row.Target, former));
        await db.SaveChangesAsync(cancel);
        return row;
    }
}
