using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>Finds assessments, and takes them away.</summary>
internal static class AssessmentStore
{
    private static readonly Statement ById = new($"SELECT {AssessmentRow.Columns} FROM tracking_assessments a WHERE a.trace_key = @p0 AND a.id = @p1");
    private static readonly Statement SetValid = new("UPDATE tracking_assessments SET is_valid = @p2 WHERE trace_key = @p0 AND id = @p1");
    private static readonly Statement RemoveOne = new("DELETE FROM tracking_assessments WHERE trace_key = @p0 AND id = @p1");

    public static AssessmentRow? TryFind(Session session, long trace, string id)
    {
        using var reader = session.With(ById, trace, id).ExecuteReader();
        return reader.Read() ? AssessmentRow.Read(reader) : null;
    }

    /// <exception cref="Kernel.Refusals.Refusal">404: the trace has none of this id.</exception>
    public static AssessmentRow Find(Session session, TraceRow trace, string id) =>
        TryFind(session, trace.Key, id) ?? throw MlflowError.NotFound($"Assessment with ID '{id}' not found for trace '{trace.Id}'");

    /// <summary>Whether there is one of this id.</summary>
    public static bool Validate(Session session, long trace, string id, bool isValid) => session.Execute(SetValid, trace, id, isValid) > 0;

    public static void Remove(Session session, long trace, string id) => session.Execute(RemoveOne, trace, id);
}
