using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Sets tags of an evaluation set, or takes one away. Neither is a change of the set: its digest and times stay.</summary>
internal static class SetTags
{
    private static readonly Statement PutTag = new(
        "INSERT INTO tracking_evaluation_tags (set_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT (set_key, key) DO UPDATE SET value = excluded.value");

    private static readonly Statement RemoveTag = new("DELETE FROM tracking_evaluation_tags WHERE set_key = @p0 AND key = @p1");

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("PATCH", "/datasets/{dataset_id}/tags", Set, TrackingPermissions.Write);
        group.MapOperationOnAny("DELETE", "/datasets/{dataset_id}/tags/{key}", Delete, TrackingPermissions.Write);
    }

    public static void Put(Session session, long set, string key, string value) => session.Execute(PutTag, set, key, value);

    private static async Task Set(MlflowCall call)
    {
        var (scope, id, tags) = (call.Scope, call.Route("dataset_id"), SetFields.Tags(call.Fields.RequiredText("tags")));
        var after = await call.WriteRecorded((session, happened) =>
        {
            var set = SetRow.TryFind(session, scope, id) ?? throw MlflowError.NotFound($"Could not find evaluation dataset with ID {id}");
            foreach (var (key, value) in tags)
                Put(session, set.Key, key, value);
            if (tags.Count > 0)
                happened(new EvaluationSetTagged(id, tags.Count, TagChange.Set(tags)));
            return SetRow.Find(session, scope, id);
        });
        await after.Answer(call);
    }

    // None there is no error.
    private static async Task Delete(MlflowCall call)
    {
        var (scope, id, key) = (call.Scope, call.Route("dataset_id"), Uri.UnescapeDataString(call.Route("key")));
        await call.WriteRecorded((session, happened) =>
        {
            if (SetRow.TryFind(session, scope, id) is { } set && session.Execute(RemoveTag, set.Key, key) > 0)
                happened(new EvaluationSetTagged(id, 1, TagChange.Gone(key)));
            return true;
        });
        await call.Answer();
    }
}
