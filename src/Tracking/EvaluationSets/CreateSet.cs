using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Makes an evaluation set, which has no records yet. Names need not be unique.</summary>
internal static class CreateSet
{
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
        user = user is null ? null : SetFields.Kept(Names.Cut(user, EvaluationSet.UserLengthMax));
        call.Get<Sessions>().Read(session =>
        {
            SetExperiments.DemandThere(session, scope.Project, experiments);
            return true;
        });
        var made = new EvaluationSet { Id = id, Name = name, Digest = SetRow.DigestOf(name, now), CreatedAt = now, UpdatedAt = now, CreatedBy = user, UpdatedBy = user };
        await call.Get<SetBook>().Add(made, tags, experiments, call.Cancel);
        var set = call.Get<Sessions>().Read(session => SetRow.Find(session, scope, id));
        await set.Answer(call, withExperiments: true);
    }
}
