using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Makes an evaluation set, which has no records yet. Names need not be unique.</summary>
internal static class CreateSet
{
    private static readonly Statement Insert = new("""
        INSERT INTO tracking_evaluation_sets (project, id, name, digest, created_at, updated_at, created_by, updated_by)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p4, @p5, @p5) RETURNING key
        """);

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/datasets/create", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var name = SetFields.Kept(Names.DemandLength(fields.RequiredText("name"), EvaluationSet.NameLengthMax, "Dataset name", "name"));
        var (tags, experiments) = (SetFields.Tags(fields.Text("tags")), fields.Texts("experiment_ids").Distinct(StringComparer.Ordinal).ToList());
        var (scope, id, now) = (call.Scope, $"d-{Guid.NewGuid():N}", call.Now.ToUnixTimeMilliseconds());
        foreach (var experiment in experiments)
            scope.Demand(experiment);
        if (experiments.Count == 0 && !scope.Reach.IsAll)
            scope.Demand("");
        var user = fields.Text("created_by") is { Length: > 0 } said ? said : tags.GetValueOrDefault(SetFields.User);
        var set = await call.Get<GroupWriter>().Write(session =>
        {
            SetExperiments.DemandThere(session, scope.Project, experiments);
            var key = (long)session.With(
                Insert, scope.Project, id, name, SetRow.DigestOf(name, now), now, user is null ? null : Names.Cut(user, EvaluationSet.UserLengthMax)).ExecuteScalar()!;
            foreach (var (tag, value) in tags)
                SetTags.Put(session, key, tag, value);
            SetExperiments.Add(session, key, experiments);
            return SetRow.Find(session, scope, id);
        });
        await set.Answer(call, withExperiments: true);
    }
}
