using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>What is done with one logged model: read, finish, tag, complete, delete, and look at its files.</summary>
internal static class ModelOperations
{
    private const int ParamsMax = 100;

    private static readonly Statement SetStatus = new("UPDATE tracking_models SET status = @p1, updated_at = @p2 WHERE key = @p0");
    private static readonly Statement SetDeleted = new("UPDATE tracking_models SET lifecycle = 'Deleted', updated_at = @p1 WHERE key = @p0");
    private static readonly Statement Touch = new("UPDATE tracking_models SET updated_at = @p1 WHERE key = @p0");
    private static readonly Statement RemoveTag = new("DELETE FROM tracking_model_tags WHERE model_key = @p0 AND key = @p1");

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("GET", "/logged-models/{model_id}", Show, TrackingPermissions.Read);
        group.MapOperationOnAny("PATCH", "/logged-models/{model_id}", Finish, TrackingPermissions.Write);
        group.MapOperationOnAny("DELETE", "/logged-models/{model_id}", Delete, TrackingPermissions.Write);
        group.MapOperationOnAny("PATCH", "/logged-models/{model_id}/tags", SetTags, TrackingPermissions.Write);
        group.MapOperationOnAny("DELETE", "/logged-models/{model_id}/tags/{tag_key}", DeleteTag, TrackingPermissions.Write);
        group.MapOperationOnAny("POST", "/logged-models/{model_id}/params", AddParams, TrackingPermissions.Write);
        group.MapOperationOnAny("GET", "/logged-models/{model_id}/artifacts/directories", ListFiles, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/logged-models/{model_id}/artifacts/files", Download, TrackingPermissions.Read);
    }

    private static Task Show(MlflowCall call) => Read(call).Answer(call);

    private static async Task Finish(MlflowCall call)
    {
        var status = call.Fields.Choice("status", ModelRow.Statuses) ?? throw MlflowError.Missing("status");
        await Write(call, (session, model, now) => session.Execute(SetStatus, model.Key, ((LoggedModelStatus)status).ToString(), now));
        await Read(call).Answer(call);
    }

    private static async Task Delete(MlflowCall call)
    {
        var (id, scope, now) = (call.Route("model_id"), call.Scope, call.Now.ToUnixTimeMilliseconds());
        await call.WriteRecorded((session, happened) =>
        {
            var model = ModelRow.Find(session, scope, id);
            session.Execute(SetDeleted, model.Key, now);
            happened(new LoggedModelDeleted(id, model.ExperimentId));
            return true;
        });
        await call.Answer();
    }

    private static async Task SetTags(MlflowCall call)
    {
        var tags = CreateModel.Checked(call.Fields, "tags", "tag");
        var (id, scope) = (call.Route("model_id"), call.Scope);
        await call.WriteRecorded((session, happened) =>
        {
            ModelWrites.Tags(session, ModelRow.Find(session, scope, id).Key, tags);
            if (tags.Count > 0)
                happened(new LoggedModelTagged(id, tags.Count, TagChange.Set(tags)));
            return tags.Count;
        });
        await call.Answer();
    }

    private static async Task DeleteTag(MlflowCall call)
    {
        var key = Uri.UnescapeDataString(call.Route("tag_key"));
        var (id, scope) = (call.Route("model_id"), call.Scope);
        await call.WriteRecorded((session, happened) =>
        {
            if (session.Execute(RemoveTag, ModelRow.Find(session, scope, id).Key, key) == 0)
                throw MlflowError.NotFound($"No tag with key {key} found for model with ID {id}.");
            happened(new LoggedModelTagged(id, 1, TagChange.Gone(key)));
            return true;
        });
        await call.Answer();
    }

    private static async Task AddParams(MlflowCall call)
    {
        var @params = CreateModel.Checked(call.Fields, "params", "parameter");
        if (@params.Count > ParamsMax)
            throw MlflowError.Invalid($"A request can contain at most {ParamsMax} params. Got {@params.Count} params.");
        await Write(call, (session, model, now) =>
        {
            ModelWrites.Params(session, model.Key, @params);
            return session.Execute(Touch, model.Key, now);
        });
        await call.Answer();
    }

    private static Task ListFiles(MlflowCall call)
    {
        var inner = ArtifactPath.Read(call.Fields.Text("artifact_directory_path"));
        var uri = Find(call).ArtifactUri;
        var found = call.Get<FileStore>().List(call.Project, RunFiles.RootOf(uri).Below(inner));
        return call.Answer(json =>
        {
            json.WriteString("root_uri"u8, uri);
            ProxyRoutes.WriteFiles(json, found, inner.Text.Length == 0 ? "" : inner.Text + "/");
        });
    }

    private static Task Download(MlflowCall call)
    {
        var inner = ArtifactPath.Read(call.Fields.RequiredText("artifact_file_path"));
        return ArtifactDownload.Send(call, RunFiles.RootOf(Find(call).ArtifactUri).Below(inner));
    }

    private static ModelRow Find(MlflowCall call)
    {
        var (id, scope) = (call.Route("model_id"), call.Scope);
        return call.Get<Sessions>().Read(session => ModelRow.Find(session, scope, id));
    }

    private static ModelRow Read(MlflowCall call)
    {
        var (id, scope) = (call.Route("model_id"), call.Scope);
        return call.Get<Sessions>().Read(session => ModelRow.Find(session, scope, id).Complete(session));
    }

    private static Task<int> Write(MlflowCall call, Func<Session, ModelRow, long, int> write)
    {
        var (id, scope, now) = (call.Route("model_id"), call.Scope, call.Now.ToUnixTimeMilliseconds());
        return call.Get<GroupWriter>().Write(session => write(session, ModelRow.Find(session, scope, id), now));
    }
}
