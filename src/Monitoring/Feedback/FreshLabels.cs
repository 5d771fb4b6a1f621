using Assay.Data;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Labels.Tables;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>Labels that came since the last retraining, and the dataset that is made of them before the next one.</summary>
internal sealed class FreshLabels(AssayDb db, IDatasets datasets, LabelTables tables, IServiceScopeFactory scopes, Caller caller, TimeProvider clock)
{
    // A version that was made for a training which could not be started yet serves for the next try as well.
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(10);

    /// <summary>Labels that were joined with their prediction and posted, or corrected, since a time.</summary>
    public Task<long> Since(string endpoint, DateTimeOffset since, CancellationToken cancel) => db.Outcomes.LongCountAsync(
        row => row.Endpoint == endpoint && row.PostedAt > since && row.Name == Outcome.Label
            && (row.State == OutcomeState.Joined || row.State == OutcomeState.Changed),
        cancel);

    /// <summary>Inputs that are masked, so that no dataset can be made, in one sentence; null where none is.</summary>
    public string? Masked(string endpoint) =>
        tables.Masked(endpoint) is { Count: > 0 } masked ? LabelledRows.MaskedSentence(endpoint, masked) : null;

    /// <summary>Makes the next version, where one is due. What can't be made leaves the dataset as it is, if there is one.</summary>
    /// <exception cref="Refusal">It can't be made, and there is no version yet.</exception>
    public async Task Make(ServedEndpoint served, string dataset, CancellationToken cancel)
    {
        var last = await db.Retrainings.AsNoTracking().Where(run => run.Endpoint == served.Name).OrderByDescending(run => run.Id)
            .Select(run => (DateTimeOffset?)run.StartedAt).FirstOrDefaultAsync(cancel);
        var made = await db.LabelledDatasets.AsNoTracking().Where(row => row.Endpoint == served.Name && row.Dataset == dataset)
            .OrderByDescending(row => row.MadeAt).Select(row => (DateTimeOffset?)row.MadeAt).FirstOrDefaultAsync(cancel);
        if (made is { } moment && (last is null || moment > last) && moment > clock.GetUtcNow() - FreshFor)
            return;
        try
        {
            // Of its own, so that what fails there leaves nothing here to be saved.
            await using var scope = scopes.Enter(served.Project, caller.Id, caller.Principal);
            await scope.ServiceProvider.GetRequiredService<LabelTables>().Make(served, new(dataset), cancel);
        }
        catch (Refusal)
        {
            if (await datasets.Find(dataset, version: null, cancel) is null)
                throw;
        }
    }
}
