using Assay.Tracking.Store;

namespace Assay.Tracking.Experiments;

/// <summary>How many runs an experiment has that are not deleted.</summary>
internal static class RunCount
{
    // The key says the project, too: asked for both, the database would look up each of a million rows.
    private static readonly Statement Active = new("SELECT COUNT(*) FROM tracking_runs r WHERE r.experiment_key = @p0 AND r.lifecycle = 'Active'");

    public static int Of(Session session, long experiment) => (int)(long)session.With(Active, experiment).ExecuteScalar()!;
}
