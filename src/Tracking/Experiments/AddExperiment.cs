using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Assay.Tracking.Store;

namespace Assay.Tracking.Experiments;

/// <summary>What the new experiment is called.</summary>
/// <param name="Name">Unique in its project, also among the deleted; 1 to 500 characters.</param>
public sealed record AddExperimentRequest([Required, StringLength(Experiment.NameLengthMax, MinimumLength = 1)] string Name);

/// <summary>Makes an experiment.</summary>
internal static class AddExperiment
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/", Handle).WithName("AddExperiment").Requires(TrackingPermissions.Write);

    private static async Task<Created<ExperimentDetail>> Handle(AddExperimentRequest request, AssayDb db, ExperimentBook book, IMakers makers, Sessions sessions, CancellationToken cancel)
    {
        await book.EnsureDefault(cancel);
        if (await db.Experiments.AnyAsync(row => row.Name == request.Name, cancel))
            throw Taken(request.Name);
        var experiment = book.Add(request.Name, null);
        try
        {
            await makers.Save(TrackingPermissions.Kind, experiment.Id, cancel);
        }
        catch (DbUpdateException) when (db.Experiments.AsNoTracking().Any(row => row.Name == request.Name))   // somebody else was first
        {
            throw Taken(request.Name);
        }

        return TypedResults.Created($"/api/v1/experiments/{experiment.Id}", await ShowExperiment.Of(experiment, db, sessions, cancel));
    }

    private static Refusal Taken(string name) =>
        Refusal.Conflict($"There is an experiment '{name}' already; where no list shows it, it is deleted and can be brought back.");
}
