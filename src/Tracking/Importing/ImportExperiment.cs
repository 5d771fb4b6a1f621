using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Importing;

/// <summary>An experiment of another MLflow server or folder.</summary>
/// <param name="Name">Its name; the experiment here that has it, or a new one, takes the runs.</param>
public sealed record ImportExperimentRequest([Required, StringLength(500, MinimumLength = 1)] string Name)
{
    /// <summary>Its tags; those that the experiment has here already stay. Values of at most 5,000 characters.</summary>
    [Required]
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>Finds or makes the experiment of a name, and adds the tags that it lacks. The same request again changes nothing.</summary>
internal static class ImportExperiment
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/import", Handle).WithName("ImportExperiment").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<ExperimentDetail> Handle(ImportExperimentRequest request, ExperimentImport import, CancellationToken cancel)
    {
        foreach (var (key, value) in request.Tags)
        {
            if (!Names.IsSound(key) || value is null or { Length: > ExperimentTag.ValueLengthMax })
                throw Refusal.Invalid("tags", $"A tag has a name of 1 to {Names.LengthMax} letters, digits, spaces or _ - . : / and a value of at most {ExperimentTag.ValueLengthMax} characters.");
        }

        return await import.FindOrMake(request, cancel);
    }
}

/// <summary>Finds or makes experiments for runs that come from elsewhere.</summary>
internal sealed class ExperimentImport(AssayDb db, ExperimentBook book, IMakers makers, ExperimentScope scope, Sessions sessions)
{
    /// <exception cref="Refusal">403: the caller may not write to it, or make one.</exception>
    public async Task<ExperimentDetail> FindOrMake(ImportExperimentRequest request, CancellationToken cancel)
    {
        await book.EnsureDefault(cancel);
        var experiment = await db.Experiments.SingleOrDefaultAsync(row => row.Name == request.Name, cancel);
        if (experiment is not null)
            scope.Demand(experiment.Id);
        else if (!scope.Reach.IsAll)
            throw Refusal.Denied($"There is no experiment '{request.Name}' in this project, and to make one needs the permission '{TrackingPermissions.Write.Name}' in all of it.");
        var isNew = experiment is null;
        experiment ??= book.Add(request.Name, null);
        var known = await db.ExperimentTags.Where(tag => tag.ExperimentKey == experiment.Key).Select(tag => tag.Key).ToListAsync(cancel);
        foreach (var (key, value) in request.Tags.Where(tag => !known.Contains(tag.Key)))
            db.ExperimentTags.Add(new() { ExperimentKey = experiment.Key, Key = key, Value = value.Replace('\0', '\uFFFD') });
        await (isNew ? makers.Save(TrackingPermissions.Kind, experiment.Id, cancel) : db.SaveChangesAsync(cancel));
        return await ShowExperiment.Of(experiment, db, sessions, cancel);
    }
}
