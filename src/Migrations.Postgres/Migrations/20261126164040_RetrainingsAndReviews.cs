using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RetrainingsAndReviews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "changed_at",
                table: "monitoring_settings",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "retrain_json",
                table: "monitoring_settings",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "monitoring_retrainings",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    model = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    champion = table.Column<int>(type: "integer", nullable: false),
                    trigger = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    because = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    alert = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    dataset = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    dataset_version = table.Column<int>(type: "integer", nullable: false),
                    training = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    candidate = table.Column<int>(type: "integer", nullable: true),
                    promoted = table.Column<bool>(type: "boolean", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_retrainings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_reviews",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    prediction = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    predicted_at = table.Column<long>(type: "bigint", nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    score = table.Column<double>(type: "double precision", nullable: false),
                    queued_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_reviews", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_verdicts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    prediction = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    score = table.Column<double>(type: "double precision", nullable: false),
                    verdict = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    decision = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    by = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_verdicts", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_retrainings_project_endpoint",
                table: "monitoring_retrainings",
                columns: new[] { "project", "endpoint" },
                unique: true,
                filter: "state = 'Running'");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_retrainings_project_endpoint_id",
                table: "monitoring_retrainings",
                columns: new[] { "project", "endpoint", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_reviews_project_endpoint_prediction_row",
                table: "monitoring_reviews",
                columns: new[] { "project", "endpoint", "prediction", "row" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_verdicts_project_endpoint_id",
                table: "monitoring_verdicts",
                columns: new[] { "project", "endpoint", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_verdicts_project_endpoint_prediction",
                table: "monitoring_verdicts",
                columns: new[] { "project", "endpoint", "prediction" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitoring_retrainings");

            migrationBuilder.DropTable(
                name: "monitoring_reviews");

            migrationBuilder.DropTable(
                name: "monitoring_verdicts");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "monitoring_settings");

            migrationBuilder.DropColumn(
                name: "retrain_json",
                table: "monitoring_settings");
        }
    }
}
