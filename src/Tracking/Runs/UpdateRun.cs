using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Sealing;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Says where a run stands, when it ended, or how it is called.</summary>
internal static class UpdateRun
{
    private static readonly Statement Update = new("UPDATE tracking_runs SET status = @p1, ended_at = @p2, name = @p3 WHERE key = @p0");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/update", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var status = call.Fields.Choice("status", RunJson.Statuses);
        var ended = RunTimes.Read(call.Fields, "end_time");
        var name = call.Fields.Text("run_name") is { Length: > 0 } asked ? Names.Cut(asked, Run.NameLengthMax) : null;
        var run = await call.Get<GroupWriter>().Write(session => Change(session, scope, id, status, ended, name));
        await call.Answer(json =>
        {
            json.WriteStartObject("run_info"u8);
            RunJson.WriteInfo(json, run);
            json.WriteEndObject();
        });
    }

    private static RunRow Change(Session session, ExperimentScope scope, string id, int? status, long? ended, string? name)
    {
        RunWrites.FindActive(session, scope, id);
        var before = RunReader.Find(session, scope, id);
        var after = before with
        {
            Status = status is { } number ? ((RunStatus)number).ToString() : before.Status,
            EndedAt = ended ?? before.EndedAt,
            Name = name ?? before.Name,
        };
        if ((before.IsOver || after.IsOver) && (after.Status != before.Status || after.EndedAt != before.EndedAt))
            Unsealed.Note(session, after.Key, scope.Caller);
        session.Execute(Update, after.Key, after.Status, after.EndedAt, after.Name);
        if (name is not null)
            RunWrites.Tag(session, after.Key, RunTag.RunName, name);
        return after;
    }
}
