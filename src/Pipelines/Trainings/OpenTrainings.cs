using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines.Trainings;

/// <summary>Trainings of all projects that are not over: the clock serves every project, and the queue guards the machine that they share.</summary>
internal static class OpenTrainings
{
    public static IQueryable<Training> Of(AssayDb db) => db.Trainings.AsNoTracking()
        .IgnoreQueryFilters([AssayDb.ProjectFilter])
        .Where(training => training.Status == TrainingStatus.Queued);
}
