from .errors import CsatError as CsatError
from .export import to_excel as to_excel
from .flatten import flatten_answers as flatten_answers
from .history import History as History
from .history import open_history as open_history
from .history.status import status as status
from .questions import agent_limits as agent_limits
from .questions import agents as agents
from .questions import association as association
from .questions import call_backs as call_backs
from .questions import case_mix as case_mix
from .questions import compare as compare
from .questions import csat as csat
from .questions import distribution as distribution
from .questions import explain_change as explain_change
from .questions import follow_up as follow_up
from .questions import lasting_changes as lasting_changes
from .questions import low_ratings as low_ratings
from .questions import period as period
from .questions import reasons as reasons
from .questions import response_rate as response_rate
from .questions import simpson_check as simpson_check
from .questions import time_and_rating as time_and_rating
from .questions import times as times
from .questions import trend as trend
from .sync import pull as pull

__version__: str
